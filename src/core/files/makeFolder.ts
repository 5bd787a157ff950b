import { access, constants, mkdir } from 'node:fs/promises';
import path from 'node:path';

/**
 * Makes a folder and those that it lies in.
 *
 * @throws what the system says; EROFS and EACCES too, where `mkdir` says that there is no such folder
 */
export async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') await requireWritable(path.resolve(folder));
    throw error;
  }
}

/** @throws why the nearest folder that is there cannot be written to */
async function requireWritable(folder: string): Promise<void> {
  for (let at = folder; at !== path.dirname(at); at = path.dirname(at)) {
    try {
      return await access(at, constants.W_OK);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
}
