import { createHash } from 'node:crypto';
import { rmSync, type Stats } from 'node:fs';
import { open, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { PerpixelError } from '../errors.js';
import { hold, letGo, SILENCE_MS } from './held.js';
import { refuseToReplaceInput } from './inputs.js';
import { makeFolder } from './makeFolder.js';
import { isAlive, thisOwner } from './owner.js';
import { requireFilePlace } from './requireFilePlace.js';
import { systemCode, unwritable } from './unwritable.js';

/** How a file is written. */
export interface WriteOptions {
  /** Aborting removes what was written so far, at once. */
  signal?: AbortSignal;
  /** The time the file is to carry. @default now */
  modified?: Date;
  /** What is there was looked at, and is of the same making: it may be replaced among originals too. @default false */
  replacesOwn?: boolean;
  /** Who may read and write it at most, as `stat` has it: a result is no more public than what it was made of. @default 0o666 */
  mode?: number;
}

/** Who is writing: a digest of the space of its number, the number, when it began (0: not known); and 128 bits of chance. */
const temporaryName = /^\.perpixel-([0-9a-f]{16})-(\d+)-(\d+)-[0-9a-f]{32}\.tmp$/;

/**
 * Makes a file whole or not at all: `write` fills one of a temporary name in the same folder, which goes to the disk and only
 * then gets its own name. Folders are made. Whatever happens, no half of a file is left under its name, so a file that is there
 * is whole. The temporary name is nobody else's: no thread, process, container or computer can share it.
 *
 * @throws PerpixelError E_WRITE no permission, no space, a folder, pipe or device in the way, a name that is an input's; and what `write` throws
 */
export async function writeWhole(
  file: string,
  write: (temporary: string) => Promise<void>,
  { signal, modified, replacesOwn, mode = 0o666 }: WriteOptions = {},
): Promise<void> {
  signal?.throwIfAborted();
  const folder = path.dirname(file);
  const { token, pid, started = 0, space } = thisOwner();
  const temporary = path.join(folder, `.perpixel-${digest(space)}-${pid}-${started}-${token.replaceAll('-', '')}.tmp`);
  // On abort the process may be about to end: there is no time for a promise.
  const discard = () => rmSync(temporary, { force: true });
  signal?.addEventListener('abort', discard);
  try {
    const there = await requireFilePlace(file);
    await refuseToReplaceInput(file, { modified, replacesOwn });
    await makeFolder(folder);
    await sweepOnce(folder);
    // Its owner has to write it, whatever the input allows.
    const handle = await open(temporary, 'wx', (mode & modeOf(there)) | 0o600);
    hold(temporary);
    // Open all the while: what a disk or a server fails at after somebody's `write` is told to those that had the file open then.
    try {
      signal?.throwIfAborted();
      await write(temporary);
      if (modified) await handle.utimes(modified, modified);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await refuseToReplaceInput(file, { modified, replacesOwn });
    signal?.throwIfAborted();
    await rename(temporary, file);
    await syncFolder(folder);
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => {}); // The first error is the one to tell.
    signal?.throwIfAborted();
    throw cause instanceof PerpixelError ? cause.about(file) : unwritable(file, cause);
  } finally {
    signal?.removeEventListener('abort', discard);
    letGo(temporary);
  }
}

const swept = new Set<string>();

/** Whatever command was killed here, the next one that writes here clears up behind it. */
async function sweepOnce(folder: string): Promise<void> {
  if (swept.has(folder)) return;
  swept.add(folder);
  await removeStaleTemporaries(folder);
}

/** A file that is replaced keeps what it was closed to. */
const modeOf = (there: Stats | undefined): number => (there ? there.mode & 0o777 : 0o777);

/** What a disk says that has tried. */
const FAILED: ReadonlySet<string> = new Set(['EIO', 'ENOSPC', 'EDQUOT']);

/** A name is on the disk when its folder is. Where a system does not know of that, it sees to it by itself. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  try {
    await handle?.sync();
  } catch (error) {
    if (FAILED.has(systemCode(error))) throw error;
  } finally {
    await handle?.close();
  }
}

/** Removes the temporary files of runs that have ended; those of runs that live, here or on another computer, stay. */
export async function removeStaleTemporaries(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  const here = thisOwner();
  for (const name of names) {
    const [, space, pid, started] = temporaryName.exec(name) ?? [];
    if (space === undefined) continue;
    const file = path.join(folder, name);
    const isNear = space === digest(here.space) && started !== '0';
    const known = isNear ? isAlive({ ...here, pid: Number(pid), started }) : undefined;
    if (!(known ?? (await showsLife(file)))) await rm(file, { force: true }).catch(() => {});
  }
}

async function showsLife(file: string): Promise<boolean> {
  const stats = await stat(file).catch(() => undefined);
  return stats !== undefined && Date.now() - stats.mtimeMs < SILENCE_MS;
}

const digest = (text = ''): string => createHash('sha256').update(text).digest('hex').slice(0, 16);
