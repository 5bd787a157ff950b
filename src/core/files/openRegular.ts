import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';

/** Thrown for what is no plain file, with a `code` beside those of the system. */
export class NotRegular extends Error {
  readonly code = 'ENOTREGULAR';
}

/**
 * Opens a plain file to be read, and nothing else: a pipe would hold up a thread of the pool until somebody writes to it, a
 * device may never end.
 *
 * @throws what the system says, and NotRegular
 */
export async function openRegular(file: string): Promise<FileHandle> {
  // Windows has no such flag, and no pipes among its files.
  const handle = await open(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  const stats = await handle.stat().catch(async (error) => {
    await handle.close();
    throw error;
  });
  if (stats.isFile()) return handle;
  await handle.close();
  if (stats.isDirectory()) throw Object.assign(new Error(`EISDIR: a folder, open '${file}'`), { code: 'EISDIR' });
  throw new NotRegular(`neither a file nor a folder: ${file}`);
}

/**
 * What was met in place of a file that can be read, for the message of an error.
 *
 * @param what it was to be: `a model file`
 */
export function unreadableWords(cause: unknown, what: string): string {
  const { code, message } = cause as NodeJS.ErrnoException;
  if (cause instanceof NotRegular) return 'a pipe or a device, no file';
  return `${what} that cannot be read (${code ?? message})`;
}

/**
 * All of a plain file.
 *
 * @param limit bytes
 * @throws what `openRegular` throws, and RangeError where the file is larger
 */
export async function readRegular(file: string, limit = 2 ** 31 - 1): Promise<Buffer> {
  const handle = await openRegular(file);
  try {
    const { size } = await handle.stat();
    if (size > limit) throw new RangeError(`${size} bytes, more than ${limit}`);
    return await handle.readFile();
  } finally {
    await handle.close();
  }
}
