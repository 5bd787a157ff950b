import { readFileSync, rmSync } from 'node:fs';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { PerpixelError } from '../errors.js';
import { isAlive, type Owner, thisOwner } from './owner.js';
import { unwritable } from './unwritable.js';

/** Something that only one run may work on. */
export interface Lock {
  /**
   * Makes sure that it is still ours: a run that slept for long may have been taken for dead.
   *
   * @throws PerpixelError E_WRITE another run has it now
   */
  check(): void;
  /** Lets it go, at once. */
  release(): void;
}

export interface LockOptions {
  /** What an error is about. @default the file */
  subject?: string;
  /** How often a holder shows that it lives. @default 2000 */
  beatMs?: number;
  /** A holder that cannot be seen from here and does not show itself for so long is taken for dead. @default 20_000 */
  patienceMs?: number;
}

/**
 * Holds a file, for as long as this run works on what it stands for.
 *
 * A holder that was killed leaves its file. A holder on this kernel, with the same process numbers, is known to live or not by its number
 * and start time. A holder in another container or on another computer touches its file every `beatMs`, and is taken for dead when it did
 * not for `patienceMs`. Clocks are not compared.
 *
 * @throws PerpixelError E_WRITE another run has it, or it cannot be written
 */
export async function lock(file: string, options: LockOptions = {}): Promise<Lock> {
  const held = await tryLock(file, options);
  if (held === undefined) throw inUse(options.subject ?? file, ownerOf(textNow(file)));
  return held;
}

/**
 * As `lock`, for what another run may as well do.
 *
 * @returns undefined where another run has it
 * @throws PerpixelError E_WRITE it cannot be written
 */
export async function tryLock(
  file: string,
  { subject = file, beatMs = 2000, patienceMs = 20_000 }: LockOptions = {},
): Promise<Lock | undefined> {
  const owner = thisOwner();
  const options = { subject, beatMs, patienceMs };
  while (!(await isMade(file, owner))) {
    const holder = await holderOf(file);
    if (holder === undefined) continue; // Let go meanwhile.
    if (await lives(file, holder, patienceMs)) return undefined;
    // Of those that see it dead, one at a time may take it away, and only if it is still the dead one's.
    const turn = await tryLock(`${file}.next`, options);
    if (turn === undefined) return undefined;
    try {
      if ((await holderOf(file))?.text === holder.text) await rm(file, { force: true });
    } finally {
      turn.release();
    }
  }
  const handle = await open(file, 'r+');
  const beat = setInterval(() => {
    const now = new Date();
    void handle.utimes(now, now).catch(() => {}); // What cannot be touched any more is noticed by `check`.
  }, beatMs);
  beat.unref();
  const isOurs = () => ownerOf(textNow(file))?.token === owner.token;
  return {
    check() {
      if (!isOurs()) throw inUse(subject, ownerOf(textNow(file)));
    },
    release() {
      clearInterval(beat);
      void handle.close().catch(() => {});
      if (isOurs()) rmSync(file, { force: true });
    },
  };
}

/** Makes the file, if nobody has it. */
async function isMade(file: string, owner: Owner): Promise<boolean> {
  let handle: FileHandle;
  try {
    handle = await open(file, 'wx');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw unwritable(file, error);
  }
  try {
    await handle.writeFile(JSON.stringify(owner));
  } catch (error) {
    rmSync(file, { force: true });
    throw unwritable(file, error);
  } finally {
    await handle.close();
  }
  return true;
}

interface Holder {
  text: string;
  /** Undefined of a file that is being written, or was left so. */
  owner: Owner | undefined;
  touchedAt: number;
}

/** Opened anew each time: a folder of the network asks its server then, and may answer `stat` from memory. */
async function holderOf(file: string): Promise<Holder | undefined> {
  try {
    const handle = await open(file, 'r');
    try {
      const text = await handle.readFile('utf8');
      return { text, owner: ownerOf(text), touchedAt: (await handle.stat()).mtimeMs };
    } finally {
      await handle.close();
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Whether a holder lives; where that cannot be known at once, whether its file changes while we look. */
async function lives(file: string, holder: Holder, patienceMs: number): Promise<boolean> {
  const known = holder.owner && isAlive(holder.owner);
  if (known !== undefined) return known;
  const steps = 40;
  for (let i = 0; i < steps; i++) {
    await sleep(patienceMs / steps);
    const now = await holderOf(file);
    if (now === undefined) return false;
    if (now.text !== holder.text || now.touchedAt !== holder.touchedAt) return true;
  }
  return false;
}

function textNow(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function ownerOf(text: string): Owner | undefined {
  try {
    return JSON.parse(text) as Owner;
  } catch {
    return undefined;
  }
}

function inUse(subject: string, owner: Owner | undefined): PerpixelError {
  return new PerpixelError({
    code: 'E_WRITE',
    subject,
    received: `another run is at work on it${owner ? ` (process ${owner.pid} on ${owner.host})` : ''}`,
    expected: 'one run at a time',
    cure: 'Wait until it has ended, or give this run another output.',
  });
}
