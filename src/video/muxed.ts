import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { PerpixelError } from '../core/errors.js';

const run = promisify(execFile);

interface MuxedOptions {
  /** Inputs, and what is taken of them. */
  args: readonly string[];
  /** The container and its file. */
  into: readonly string[];
  signal?: AbortSignal;
}

/**
 * Runs FFmpeg to put streams that are coded already into a container.
 *
 * @param output the file that an error is about
 * @throws PerpixelError E_PROGRAM the container cannot hold them
 */
export async function muxed(ffmpeg: string, output: string, { args, into, signal }: MuxedOptions): Promise<void> {
  const quietly = ['-nostdin', '-hide_banner', '-nostats', '-loglevel', 'error', '-y'];
  await run(ffmpeg, [...quietly, ...args, ...into], { signal }).catch((cause) => {
    if (signal?.aborted) throw cause;
    throw new PerpixelError({
      code: 'E_PROGRAM',
      subject: output,
      received: cause.stderr?.trim() || 'no result',
      expected: 'a container that holds the codec, and the sound and subtitles of the source',
      cure: 'Give the output a name that ends in .mkv, which holds them all.',
      cause,
    });
  });
}
