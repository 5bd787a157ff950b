import { type WalkOptions, walkFiles } from './walkFiles.js';

/** Counts what `files` will give, to tell how far a batch is while it runs. Reads folders, opens no picture. */
export async function countFiles(
  inputs: readonly string[],
  { signal, ...options }: WalkOptions & { signal?: AbortSignal } = {},
): Promise<number> {
  let count = 0;
  for await (const _ of walkFiles(inputs, options)) {
    signal?.throwIfAborted();
    count++;
  }
  return count;
}
