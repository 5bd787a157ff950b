import { PerpixelError } from './errors.js';
import { unwritable } from './files/unwritable.js';

/**
 * Whatever was thrown as a PerpixelError, with what to do about it: failures of the system as E_WRITE, E_READ or E_MEMORY, and all else as
 * a bug of the program, E_BUG.
 *
 * @param subject the file or whatever was worked on
 */
export function failureOf(error: unknown, subject?: string): PerpixelError {
  if (error instanceof PerpixelError) return error;
  const { code = '', message = String(error), syscall } = (error ?? {}) as NodeJS.ErrnoException;
  if (code === 'EMFILE' || code === 'ENFILE') {
    return new PerpixelError({
      code: 'E_READ',
      subject,
      received: 'more open files than the system allows',
      expected: '256 or more',
      cure: 'Allow more: `ulimit -n 1024`, then run the same command again.',
      cause: error,
    });
  }
  if (syscall === 'uv_cwd') {
    return new PerpixelError({
      code: 'E_READ',
      subject: 'the working folder',
      received: 'no such folder any more',
      expected: 'a folder that is there',
      cure: 'Change to another: `cd ~`.',
      cause: error,
    });
  }
  if (
    code === 'ENOMEM' ||
    code === 'ERR_WORKER_OUT_OF_MEMORY' ||
    /allocation failed|bad_alloc|out of memory/i.test(message)
  ) {
    return new PerpixelError({
      code: 'E_MEMORY',
      subject,
      received: message.split('\n')[0],
      expected: 'enough memory',
      cure: 'Close other programs, or use smaller tiles (--tile).',
      cause: error,
    });
  }
  if (['ENOSPC', 'EDQUOT', 'EROFS', 'EFBIG', 'EIO'].includes(code)) return unwritable(subject ?? 'the disk', error);
  return new PerpixelError({
    code: 'E_BUG',
    subject,
    received: `${nameOf(error)}: ${message.split('\n')[0]}${placeOf(error)}`,
    expected: 'no such error',
    cure: 'This is a fault of perpixel: please report it, with this line, the file and what `perpixel doctor` says.',
    cause: error,
  });
}

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : typeof error);

/** The first place of a stack, as the file's name and line: enough to find it, and one line still. */
function placeOf(error: unknown): string {
  const [, place] =
    (error instanceof Error && /\n\s+at .*?([^/\\(]+:\d+):\d+\)?(?:\n|$)/.exec(error.stack ?? '')) || [];
  return place === undefined ? '' : ` (${place})`;
}
