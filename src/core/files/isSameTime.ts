/** Some file systems keep whole seconds, or every second one. */
const COARSE_MS = 2000;

/** Whether a file carries a time that it was given, as exactly as its file system keeps it. */
export function isSameTime(kept: Date, given: Date): boolean {
  const apart = Math.abs(kept.getTime() - given.getTime());
  return apart <= 1 || (kept.getTime() % 1000 === 0 && apart <= COARSE_MS);
}
