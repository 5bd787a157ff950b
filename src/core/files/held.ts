// The end of the process is where what was left half done is removed: no setting is read from it.

import { rmSync } from 'node:fs';
import { utimes } from 'node:fs/promises';
import process from 'node:process';

/** How often a file that is being written is touched, for those who cannot see from where they are whether its writer lives. */
const BEAT_MS = 30_000;
/** What was not touched for so long belongs to nobody. */
export const SILENCE_MS = 20 * BEAT_MS;

/** Temporary files of this thread's. They go with the process, whatever ends it but kill -9. */
const held = new Set<string>();
let beat: NodeJS.Timeout | undefined;

/** Keeps a file that was just made from looking left behind, and removes it when the process ends. */
export function hold(file: string): void {
  if (held.size === 0) process.on('exit', removeHeld);
  held.add(file);
  beat ??= setInterval(touchAll, BEAT_MS).unref();
}

/** Takes no more care of a file: it was removed, or has got its name. */
export function letGo(file: string): void {
  if (!held.delete(file) || held.size > 0) return;
  clearInterval(beat);
  beat = undefined;
  process.off('exit', removeHeld);
}

/** Removes all that is held, at once: the process is about to end. */
export function removeHeld(): void {
  for (const file of held) {
    try {
      rmSync(file, { force: true });
    } catch {
      // The next run takes it away.
    }
  }
}

function touchAll(): void {
  const now = new Date();
  for (const file of held) utimes(file, now, now).catch(() => {});
}
