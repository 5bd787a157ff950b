import { open, stat } from 'node:fs/promises';
import { optionError } from '../optionError.js';
import { GENERATOR } from './batchPage.js';

/** A page says in its first lines who made it. */
const HEAD_LENGTH = 1024;

/**
 * Makes sure that the name of a page is free, or is that of a page from before.
 *
 * @throws PerpixelError E_OPTION where another file has that name
 */
export async function requirePage(file: string): Promise<void> {
  const there = await stat(file).catch(() => undefined);
  if (there === undefined || (there.isFile() && (await headOf(file)).includes(GENERATOR))) return;
  const cure = 'Choose another name: other files are never written over.';
  throw optionError('report', file, 'a new file, or a page that perpixel made before', cure);
}

async function headOf(file: string): Promise<string> {
  const handle = await open(file, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD_LENGTH), 0, HEAD_LENGTH, 0);
    return buffer.toString('latin1', 0, bytesRead);
  } finally {
    await handle.close();
  }
}
