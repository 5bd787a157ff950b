import path from 'node:path';
import type { Ratio } from './videoFormat.js';

const MUXERS: Record<string, string> = { '.m4v': 'mp4', '.mkv': 'matroska' };
const OF_QUICKTIME: readonly string[] = ['.mp4', '.m4v', '.mov'];

/** FFmpeg's options for a container by the name of its file, its times to the tick where a tick is one part of a second. */
export function containerArgs(output: string, { num, den }: Ratio): string[] {
  const extension = path.extname(output).toLowerCase();
  const format = ['-f', MUXERS[extension] ?? extension.slice(1)];
  if (!OF_QUICKTIME.includes(extension)) return format;
  const ticks = num === 1 ? ['-video_track_timescale', String(den), '-movie_timescale', String(den)] : [];
  return [...format, ...ticks, '-movflags', '+faststart'];
}

/** What is copied beside the video out of FFmpeg's input of this number. */
export function companionArgs(output: string, input: number): string[] {
  const isMatroska = path.extname(output).toLowerCase() === '.mkv';
  return [
    ...['-map', `${input}:a?`, '-map', `${input}:s?`, ...(isMatroska ? ['-map', `${input}:t?`] : [])],
    ...['-map_metadata', `${input}`, '-map_chapters', `${input}`],
  ];
}
