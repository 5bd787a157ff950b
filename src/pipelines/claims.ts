import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { concat, defer, EMPTY, finalize, from, type OperatorFunction } from 'rxjs';
import { hold, letGo } from '../core/files/held.js';
import { type Lock, tryLock } from '../core/files/lock.js';
import { makeFolder } from '../core/files/makeFolder.js';
import { unwritable } from '../core/files/unwritable.js';
import { type FileResult, fileResult, type PictureFile } from './items.js';
import { mapPulled } from './mapPulled.js';

const NAME = /^\.perpixel-[0-9a-f]{16}\.lock$/;
/** How often one asks whether the other run is done with a photo. */
const ASK_MS = 200;

/** What a run works on at this moment, so that another one into the same folder takes other photos. */
class Claims {
  readonly #held = new Map<string, Lock>();

  /** @returns whether it is ours now */
  async take(output: string): Promise<boolean> {
    const file = claimFile(output);
    const lock = await tryLock(file);
    if (lock === undefined) return false;
    hold(file);
    this.#held.set(output, lock);
    return true;
  }

  release(output: string): void {
    const lock = this.#held.get(output);
    if (lock === undefined) return;
    this.#held.delete(output);
    lock.release();
    letGo(claimFile(output));
  }

  releaseAll(): void {
    for (const output of [...this.#held.keys()]) this.release(output);
  }
}

/**
 * Shares photos out between runs into one folder, in whatever process, container or computer: each photo is done by one of them.
 * Those that another run has begun come last, when that one is done with them, or has ended without.
 *
 * Needs `encode` further down the chain: a photo is released with its result.
 *
 * @param before what is known of a photo without work; undefined where work is due
 * @param outputOf what a photo is claimed by
 */
export function claimed(
  before: (file: PictureFile) => Promise<FileResult | undefined>,
  outputOf: (file: PictureFile) => string,
): OperatorFunction<PictureFile | FileResult, PictureFile | FileResult> {
  const claims = new Claims();
  const others: PictureFile[] = [];

  /** undefined where another run has it. */
  async function attempt(file: PictureFile): Promise<PictureFile | FileResult | undefined> {
    const known = await before(file);
    if (known) return known;
    const output = outputOf(file);
    try {
      await makeFolder(path.dirname(output));
      if (!(await claims.take(output))) return undefined;
    } catch (cause) {
      return fileResult('failed', file.path, { output, error: unwritable(output, cause).about(output) });
    }
    // The other may have been done with it just before.
    const done = await before(file);
    if (done) claims.release(output);
    return done ?? { ...file, release: () => claims.release(output) };
  }

  async function* first(file: PictureFile | FileResult): AsyncGenerator<PictureFile | FileResult> {
    const found = file.status === 'listed' ? await attempt(file) : file;
    if (found) yield found;
    else others.push(file as PictureFile);
  }

  async function inTurn(file: PictureFile, signal: AbortSignal): Promise<PictureFile | FileResult> {
    for (;;) {
      const found = await attempt(file);
      if (found) return found;
      await sleep(ASK_MS, undefined, { signal });
    }
  }

  return (source) => {
    let isOver = false;
    const rest = defer(() => from(others)).pipe(
      mapPulled((file, { signal }) => inTurn(file, signal), { concurrency: 1 }),
    );
    const end = defer(() => {
      isOver = true;
      return EMPTY;
    });
    return concat(source.pipe(mapPulled(first, { concurrency: 1 })), rest, end).pipe(
      // Those that have gone on to the next stage are released there.
      finalize(() => isOver || claims.releaseAll()),
    );
  };
}

/** Removes the claims of runs that have ended. */
export async function removeStaleClaims(folder: string): Promise<void> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => NAME.test(name));
  for (const name of names) (await tryLock(path.join(folder, name)).catch(() => undefined))?.release();
}

function claimFile(output: string): string {
  const name = createHash('sha256').update(path.basename(output)).digest('hex').slice(0, 16);
  return path.join(path.dirname(output), `.perpixel-${name}.lock`);
}
