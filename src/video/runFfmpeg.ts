import { spawn } from 'node:child_process';
import type { ErrorParts } from '../core/errors.js';
import { endOf, requireWritten } from './programEnd.js';

export interface RunFfmpegOptions {
  /** Where names without a folder are found. */
  cwd?: string;
  signal?: AbortSignal;
  /** What to tell where it fails by itself. */
  otherwise: Pick<ErrorParts, 'subject' | 'expected' | 'cure'>;
}

const KEPT = 8000;

/**
 * Runs FFmpeg to its end, to write a file.
 *
 * @throws PerpixelError E_WRITE there is no room; E_PROGRAM it failed, or was ended
 */
export async function runFfmpeg(
  ffmpeg: string,
  args: readonly string[],
  { cwd, signal, otherwise }: RunFfmpegOptions,
): Promise<void> {
  signal?.throwIfAborted();
  const quietly = ['-nostdin', '-hide_banner', '-nostats', '-loglevel', 'error', '-y'];
  const child = spawn(ffmpeg, [...quietly, ...args], { cwd, signal, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-KEPT);
  });
  const end = await endOf(child);
  signal?.throwIfAborted();
  requireWritten(ffmpeg, end, said, otherwise);
}
