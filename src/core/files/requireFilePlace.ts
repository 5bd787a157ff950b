import type { Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { PerpixelError } from '../errors.js';

/**
 * Refuses a name under which something is that is no file: a file that got its name would take the place of a pipe or a device, and
 * what is there is no result either.
 *
 * @returns what is there, if there is something
 * @throws PerpixelError E_WRITE a folder, a named pipe, a socket, a device
 */
export async function requireFilePlace(file: string): Promise<Stats | undefined> {
  const stats = await stat(file).catch(() => undefined);
  if (stats === undefined || stats.isFile()) return stats;
  const [received, cure] = stats.isDirectory()
    ? ['a folder of this name', 'Choose another name, or move the folder away.']
    : [`${stats.isFIFO() ? 'a named pipe' : stats.isSocket() ? 'a socket' : 'a device'} of this name`, PIPE];
  throw new PerpixelError({ code: 'E_WRITE', subject: file, received, expected: 'a file that can be written', cure });
}

const PIPE = 'Write to standard output, and send that there: `-o - > NAME`.';
