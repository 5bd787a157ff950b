import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { writeWhole } from '../core/files/writeWhole.js';
import { companionArgs } from './companionArgs.js';
import { containerArgs } from './containerArgs.js';
import type { Ffmpeg } from './ffmpeg.js';
import { fileAddress } from './ffmpegAddress.js';
import type { VideoSource } from './frame.js';
import { muxed } from './muxed.js';
import type { Segment } from './segments.js';
import type { Ratio, VideoFormat } from './videoFormat.js';

export interface JoinSegmentsOptions {
  format: VideoFormat;
  /** What sound, subtitles, chapters and metadata are copied from. */
  source: Pick<VideoSource, 'file' | 'companions'>;
  signal?: AbortSignal;
}

/**
 * Joins segments without encoding anything again, with the sound and all else of the source beside them, each packet at its own
 * time. The file appears when it is whole.
 *
 * @throws PerpixelError E_PROGRAM the container cannot hold what goes in
 */
export async function joinSegments(
  segments: readonly Segment[],
  output: string,
  { ffmpeg }: Pick<Ffmpeg, 'ffmpeg'>,
  { format, source, signal }: JoinSegmentsOptions,
): Promise<void> {
  const { timeBase } = format;
  const list = path.join(path.dirname(segments[0].file), 'list.ffconcat');
  await writeFile(list, concatList(segments, timeBase));
  const start = (segments[0].pts * timeBase.num) / timeBase.den;
  const video = ['-itsoffset', start.toFixed(6), '-f', 'concat', '-safe', '0', '-i', fileAddress(list)];
  const { input, copied } = companionArgs(output, source);
  await writeWhole(
    output,
    (temporary) =>
      muxed(ffmpeg, output, {
        args: [...video, '-copyts', ...input, '-map', '0:v', ...copied, '-c', 'copy', '-avoid_negative_ts', 'disabled'],
        into: [...containerArgs(output, format), fileAddress(temporary)],
        signal,
      }),
    { signal },
  );
}

/**
 * FFmpeg's list of files to play one after another: https://ffmpeg.org/ffmpeg-formats.html#concat-1. Durations are differences
 * of rounded times, so that roundings do not add up.
 */
function concatList(segments: readonly Segment[], { num, den }: Ratio): string {
  const microseconds = ({ pts }: Segment) => Math.round((1e6 * pts * num) / den);
  const lines = segments.map((segment, i) => {
    const next = segments[i + 1];
    const file = `file '${path.basename(segment.file)}'`;
    return next ? `${file}\nduration ${microseconds(next) - microseconds(segment)}us` : file;
  });
  return `ffconcat version 1.0\n${lines.join('\n')}\n`;
}
