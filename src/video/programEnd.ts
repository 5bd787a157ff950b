import type { ChildProcess } from 'node:child_process';
import { type ErrorParts, PerpixelError } from '../core/errors.js';
import { unwritable } from '../core/files/unwritable.js';

/** How a program ended. */
export interface ProgramEnd {
  code: number | null;
  signal: NodeJS.Signals | null;
  /** Where it could not be started. */
  cause?: Error;
}

/** What FFmpeg ends with where a signal told it to: it then finishes its file, which looks whole and is too short. */
const STOPPED = 255;

/** What the system says of a file that cannot be written, in the words that FFmpeg repeats; it may end with 0 all the same. */
const UNWRITABLE: Record<string, string> = {
  'No space left on device': 'ENOSPC',
  'Disk quota exceeded': 'EDQUOT',
  'File too large': 'EFBIG',
  'Read-only file system': 'EROFS',
};
const BROKEN = /Input\/output error|Cannot allocate memory/;

/** Resolves when a program has ended and all that it wrote was read. */
export function endOf(child: ChildProcess): Promise<ProgramEnd> {
  return new Promise((resolve) => {
    child.on('error', (cause) => resolve({ code: null, signal: null, cause }));
    child.on('close', (code, signal) => resolve({ code, signal }));
  });
}

/** Whether somebody, or the system for want of memory, ended it. */
export function wasEnded({ code, signal }: ProgramEnd): boolean {
  return signal !== null || code === STOPPED;
}

export function endedEarly(program: string, { signal, cause }: ProgramEnd): PerpixelError {
  return new PerpixelError({
    code: 'E_PROGRAM',
    subject: program,
    received: `was ended before its work was done${signal === null ? '' : ` (${signal})`}`,
    expected: 'it to come to its own end',
    cure: 'Run the same command again. Where memory is short, the system ends programs: make room first.',
    cause,
  });
}

/**
 * Makes sure that a program which writes a file has done so, by its exit status and by what it complained of.
 *
 * @param said all that it wrote to standard error, of errors alone
 * @param otherwise what to tell where it failed by itself
 * @throws PerpixelError E_WRITE there is no room; E_PROGRAM else
 */
export function requireWritten(
  program: string,
  end: ProgramEnd,
  said: string,
  otherwise: Pick<ErrorParts, 'expected' | 'cure'> & { subject?: string },
): void {
  const words = Object.keys(UNWRITABLE).find((each) => said.includes(each));
  if (words) {
    throw unwritable(otherwise.subject ?? program, Object.assign(new Error(said), { code: UNWRITABLE[words] }));
  }
  if (wasEnded(end)) throw endedEarly(program, end);
  if (end.code === 0 && !BROKEN.test(said)) return;
  const received = end.cause?.message || said.trim() || `ended with ${end.code}`;
  throw new PerpixelError({ code: 'E_PROGRAM', subject: program, received, ...otherwise, cause: end.cause });
}
