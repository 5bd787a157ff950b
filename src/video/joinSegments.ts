import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { writeWhole } from '../pipelines/writeWhole.js';
import { companionArgs, containerArgs } from './containerArgs.js';
import type { Ffmpeg } from './ffmpeg.js';
import { muxed } from './muxed.js';
import type { Segment } from './segments.js';
import type { Ratio } from './videoFormat.js';

export interface JoinSegmentsOptions {
  timeBase: Ratio;
  /** Where sound, subtitles, chapters and metadata are copied from. @default none */
  companions?: string;
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
  { timeBase, companions, signal }: JoinSegmentsOptions,
): Promise<void> {
  const list = path.join(path.dirname(segments[0].file), 'list.ffconcat');
  await writeFile(list, concatList(segments, timeBase));
  const start = (segments[0].pts * timeBase.num) / timeBase.den;
  const video = ['-itsoffset', start.toFixed(6), '-f', 'concat', '-safe', '0', '-i', list];
  const beside = companions === undefined ? [] : ['-copyts', '-i', companions];
  const copied = companions === undefined ? [] : companionArgs(output, 1);
  await writeWhole(
    output,
    (temporary) =>
      muxed(ffmpeg, output, {
        args: [...video, ...beside, '-map', '0:v', ...copied, '-c', 'copy', '-avoid_negative_ts', 'disabled'],
        into: [...containerArgs(output, timeBase), temporary],
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
