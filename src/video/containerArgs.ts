import path from 'node:path';
import { colourArgs } from './colourArgs.js';
import type { VideoFormat } from './videoFormat.js';

const MUXERS: Record<string, string> = { '.m4v': 'mp4', '.mkv': 'matroska' };
const OF_QUICKTIME: readonly string[] = ['.mp4', '.m4v', '.mov'];

/**
 * FFmpeg's options for a container by the name of its file: times in exact ticks, where a tick is a whole fraction of a second, and the
 * frame rate and colours that the container itself states.
 */
export function containerArgs(output: string, format: VideoFormat): string[] {
  const { rate, isUneven = false, timeBase } = format;
  const extension = path.extname(output).toLowerCase();
  const pace = isUneven ? [] : ['-r', `${rate.num}/${rate.den}`];
  const common = [...pace, ...colourArgs(format), '-f', MUXERS[extension] ?? extension.slice(1)];
  if (!OF_QUICKTIME.includes(extension)) return common;
  const ticks = String(timeBase.den);
  const exact = timeBase.num === 1 ? ['-video_track_timescale', ticks, '-movie_timescale', ticks] : [];
  return [...common, ...exact, '-movflags', '+faststart'];
}
