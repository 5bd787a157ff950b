import type { Stats } from 'node:fs';

/** Some file systems keep whole seconds, or every second one. */
const COARSE_MS = 2000;
/** Clocks of file systems tick this often, or oftener. */
const TICK_MS = 50;

/**
 * Whether a file's time says that it is the result of a photo of that time: results carry their photo's time, so that a later run can tell
 * whose they are.
 */
export function isResultOf({ mtime, ctimeMs, mtimeMs }: Stats, modified: Date): boolean {
  // A file that was only written has the same in both.
  const wasPut = ctimeMs - mtimeMs > 1;
  const apart = Math.abs(mtime.getTime() - modified.getTime());
  return wasPut && (apart <= 1 || (mtime.getTime() % 1000 === 0 && apart <= COARSE_MS));
}

/**
 * Whether a file is known to be the result of another photo, or of what this one was before: its time was put on it, and is
 * another. A file that was copied without its time may be anybody's.
 */
export function isResultOfAnother(stats: Stats, modified: Date): boolean {
  const { birthtimeMs, ctimeMs, mtimeMs } = stats;
  // Where a file system does not keep when a file was made, Node says 0 or the time of the last change.
  const isKept = birthtimeMs > 0 && birthtimeMs !== ctimeMs;
  return (
    isKept &&
    birthtimeMs - mtimeMs > TICK_MS &&
    Math.abs(mtimeMs - modified.getTime()) > COARSE_MS &&
    !isResultOf(stats, modified)
  );
}
