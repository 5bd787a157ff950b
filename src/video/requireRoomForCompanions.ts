import { rm } from 'node:fs/promises';
import path from 'node:path';
import { companionArgs, containerArgs } from './containerArgs.js';
import type { Ffmpeg } from './ffmpeg.js';
import { muxed } from './muxed.js';
import type { Ratio } from './videoFormat.js';

/**
 * Makes sure, before hours of work, that a container can hold the sound and subtitles of the source, by copying half a second.
 *
 * @param folder where that may be written
 * @throws PerpixelError E_PROGRAM it cannot
 */
export async function requireRoomForCompanions(
  source: string,
  output: string,
  { folder, timeBase }: { folder: string; timeBase: Ratio },
  { ffmpeg }: Pick<Ffmpeg, 'ffmpeg'>,
): Promise<void> {
  const trial = path.join(folder, 'trial');
  try {
    await muxed(ffmpeg, output, {
      args: ['-i', source, ...companionArgs(output, 0), '-c', 'copy', '-t', '0.5'],
      into: [...containerArgs(output, timeBase), trial],
    });
  } finally {
    await rm(trial, { force: true });
  }
}
