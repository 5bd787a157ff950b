import { Worker } from 'node:worker_threads';
import { PerpixelError } from '../../core/errors.js';
import { type OptionalPackage, packageMissing } from '../optionalPackage.js';
import { unhandled } from './unhandled.js';

/** What the program of such a thread says, once. */
export type ApartReply<Result> =
  | { result: Result }
  | { failure: 'missing' | 'damaged' | 'unhandled' | 'memory'; reason: string };

export interface ApartOptions {
  /** What is decoded, as people call it: `a HEIC photo`. */
  what: string;
  /** The package that the program imports. */
  needs: OptionalPackage;
  signal?: AbortSignal;
}

/**
 * Runs a decoder that is compiled to WebAssembly in a thread of its own, one for each picture. It would block everything else for seconds,
 * can only be stopped with its thread, and its memory only grows. Whatever damage a file does, it does there.
 *
 * @param program of the thread, in plain JavaScript; it has the request as `workerData`, and posts an `ApartReply`
 * @throws PerpixelError E_PROGRAM the package is missing; E_READ, E_FORMAT, E_MEMORY; the signal's reason
 */
export async function decodeApart<Result>(
  program: string,
  request: object,
  { what, needs, signal }: ApartOptions,
): Promise<Result> {
  signal?.throwIfAborted();
  // Loaders and flags of the main thread have no business in this one; what a decoder prints is nobody's affair.
  const worker = new Worker(program, { execArgv: [], workerData: request, stdout: true, stderr: true });
  let giveUp = () => {};
  try {
    const reply = await new Promise<ApartReply<Result>>((resolve, reject) => {
      giveUp = () => reject(signal?.reason);
      signal?.addEventListener('abort', giveUp);
      worker.on('message', resolve);
      worker.on('error', (error) => resolve({ failure: 'damaged', reason: String(error) }));
      worker.on('exit', () => resolve({ failure: 'damaged', reason: 'the decoder ended without a word' }));
    });
    if ('result' in reply) return reply.result;
    throw failureOf(reply, what, needs);
  } finally {
    signal?.removeEventListener('abort', giveUp);
    await worker.terminate();
  }
}

function failureOf(
  { failure, reason }: Exclude<ApartReply<unknown>, { result: unknown }>,
  what: string,
  needs: OptionalPackage,
): PerpixelError {
  const cause = new Error(reason);
  if (failure === 'missing') return packageMissing(what, needs, cause);
  if (failure === 'unhandled') return unhandled(`${what}: ${reason}`, `what ${needs.name} decodes`, CONVERT);
  if (failure === 'memory') {
    return new PerpixelError({
      code: 'E_MEMORY',
      received: `${what} that needs more memory than there is`,
      expected: 'one that fits in 4 GB while it is decoded',
      cure: 'Make it smaller in another program first.',
      cause,
    });
  }
  return new PerpixelError({
    code: 'E_READ',
    received: `${what} whose pixels cannot be decoded (${reason})`,
    expected: 'a whole picture',
    cure: 'The file is damaged or was cut off: copy or download it again.',
    cause,
  });
}

const CONVERT = 'Convert it to PNG or TIFF first, in the program that made it.';
