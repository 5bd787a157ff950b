import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isAlive, thisOwner } from '../core/files/owner.js';

const NAME = /^perpixel-fleet-(\d+)-(\d+)-/;

/** A folder on this machine for photos that have to be fetched, and for results that have to be sent. */
export async function temporaryFolder(): Promise<string> {
  const { pid, started = 0 } = thisOwner();
  return mkdtemp(path.join(tmpdir(), `perpixel-fleet-${pid}-${started}-`));
}

/** Removes those of processes that were killed. */
export async function removeStaleFolders(): Promise<void> {
  const here = thisOwner();
  for (const name of await readdir(tmpdir()).catch(() => [])) {
    const [, pid, started] = NAME.exec(name) ?? [];
    if (pid === undefined || isAlive({ ...here, pid: Number(pid), started }) !== false) continue;
    await rm(path.join(tmpdir(), name), { recursive: true, force: true }).catch(() => {});
  }
}
