import { fstatSync, write } from 'node:fs';
import { Writable } from 'node:stream';
import { isatty } from 'node:tty';

const STDOUT = 1;

/**
 * Standard output that takes all it is given, or is told to be broken. For a file Node's own tries once and asks for no more:
 * where the disk is nearly full, a part of a picture then passes for the whole.
 */
export function wholeStdout(): Writable {
  return isFileOrDevice()
    ? new Writable({ write: (bytes: Buffer, _, done) => writeFrom(bytes, 0, done) })
    : process.stdout;
}

function isFileOrDevice(): boolean {
  if (isatty(STDOUT)) return false;
  const stats = fstatSync(STDOUT);
  return stats.isFile() || stats.isCharacterDevice();
}

function writeFrom(bytes: Buffer, start: number, done: (error?: Error | null) => void): void {
  write(STDOUT, bytes, start, bytes.length - start, null, (error, written) => {
    if (error) done(error);
    else if (start + written < bytes.length) writeFrom(bytes, start + written, done);
    else done();
  });
}
