import { rmSync } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
// The number of this process, and whether another lives: no setting is read from it.
import { kill, pid } from 'node:process';
import { PerpixelError } from '../errors.js';

/** How a file is written. */
export interface WriteOptions {
  /** Aborting removes what was written so far, at once. */
  signal?: AbortSignal;
  /** The time the file is to carry. @default now */
  modified?: Date;
}

const computer = hostname().replace(/[^A-Za-z0-9]/g, '') || 'local';
const temporaryName = /^\.perpixel-([A-Za-z0-9]+)-(\d+)-\d+\.tmp$/;
const DAY = 24 * 60 * 60 * 1000;

/** The temporary files that this process is writing. */
const writing = new Set<string>();
let count = 0;

/**
 * Makes a file whole or not at all: `write` fills one of a temporary name in the same folder, which goes to the disk and only
 * then gets its own name. Folders are made. Whatever happens, no half of a file is left under its name, so a file that is there
 * is whole.
 *
 * @throws PerpixelError E_WRITE no permission, no space, a folder in the way; and what `write` throws
 */
export async function writeWhole(
  file: string,
  write: (temporary: string) => Promise<void>,
  { signal, modified }: WriteOptions = {},
): Promise<void> {
  const folder = path.dirname(file);
  const temporary = path.join(folder, `.perpixel-${computer}-${pid}-${count++}.tmp`);
  // On abort the process may be about to end: there is no time for a promise.
  const discard = () => rmSync(temporary, { force: true });
  signal?.addEventListener('abort', discard);
  writing.add(temporary);
  try {
    signal?.throwIfAborted();
    await mkdir(folder, { recursive: true });
    await write(temporary);
    const handle = await open(temporary, 'r+');
    try {
      if (modified) await handle.utimes(modified, modified);
      await handle.sync();
    } finally {
      await handle.close();
    }
    signal?.throwIfAborted();
    await rename(temporary, file);
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => {}); // The first error is the one to tell.
    signal?.throwIfAborted();
    throw cause instanceof PerpixelError ? cause.about(file) : unwritable(file, cause);
  } finally {
    signal?.removeEventListener('abort', discard);
    writing.delete(temporary);
  }
}

/** Removes the temporary files of runs that were killed; those of runs that live, here or on another computer, stay. */
export async function removeStaleTemporaries(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names) {
    const [, host, owner] = temporaryName.exec(name) ?? [];
    const file = path.join(folder, name);
    if (owner === undefined || writing.has(file)) continue;
    const ownerIsGone = host === computer && (Number(owner) === pid || !isAlive(Number(owner)));
    if (ownerIsGone || (await isOlderThan(file, DAY))) await rm(file, { force: true }).catch(() => {});
  }
}

function isAlive(owner: number): boolean {
  try {
    return kill(owner, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'; // It lives, and is somebody else's.
  }
}

async function isOlderThan(file: string, age: number): Promise<boolean> {
  const stats = await stat(file).catch(() => undefined);
  return stats !== undefined && Date.now() - stats.mtimeMs > age;
}

const cures: Record<string, string> = {
  ENOSPC: 'Make room on the disk, then run the same command again: what is done stays done.',
  EDQUOT: 'Make room in your quota, then run the same command again: what is done stays done.',
  EACCES: 'Choose a folder that you may write to.',
  EPERM: 'Choose a folder that you may write to.',
  EROFS: 'Choose a folder that you may write to.',
  EISDIR: 'Choose another output folder, or move away the folder that has this name.',
  ENOTDIR: 'Choose another output folder, or move away the file that stands in its way.',
  EEXIST: 'Choose another output folder, or move away the file that stands in its way.',
  ENAMETOOLONG: 'Give the file a shorter name.',
};

/** What a failure of the system comes to. */
export function unwritable(file: string, cause: unknown): PerpixelError {
  const { code = 'unknown error', message } = cause as NodeJS.ErrnoException;
  return new PerpixelError({
    code: 'E_WRITE',
    subject: file,
    received: `cannot be written (${code})`,
    expected: 'a folder with room and permission to write',
    cure: cures[code] ?? `The system says: ${message}.`,
    cause,
  });
}
