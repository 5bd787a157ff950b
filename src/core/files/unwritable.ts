import { constants } from 'node:os';
import { PerpixelError } from '../errors.js';

interface Reason {
  received: string;
  cure: string;
}

const NO_PERMISSION: Reason = {
  received: 'no permission to write it',
  cure: 'Change the permissions of the folder, or write elsewhere.',
};
const IN_THE_WAY: Reason = {
  received: 'a file where a folder has to be',
  cure: 'Choose another output, or move away the file that stands in its way.',
};
const FILE_LIMIT: Reason = {
  received: 'more open files than the system allows',
  cure: 'Allow more: `ulimit -n 1024`, then run the same command again.',
};

const reasons: Readonly<Record<string, Reason>> = {
  ENOSPC: {
    received: 'the disk is full',
    cure: 'Free some space and run the same command again: what is done stays done.',
  },
  EDQUOT: {
    received: 'the quota is used up',
    cure: 'Free some space and run the same command again: what is done stays done.',
  },
  EFBIG: {
    received: 'a file larger than the system allows',
    cure: 'Raise the limit (`ulimit -f unlimited`), or write to a disk that takes files of this size.',
  },
  EACCES: NO_PERMISSION,
  EPERM: NO_PERMISSION,
  EROFS: { received: 'a disk that is read-only', cure: 'Write elsewhere.' },
  EISDIR: { received: 'a folder of this name', cure: 'Choose another name, or move the folder away.' },
  ENOTDIR: IN_THE_WAY,
  EEXIST: IN_THE_WAY,
  ENOENT: { received: 'a folder that is not there, or went away meanwhile', cure: 'Check the path, and run again.' },
  ENAMETOOLONG: { received: 'a name that is too long for this disk', cure: 'Give the file a shorter name.' },
  ELOOP: { received: 'links that lead in a circle', cure: 'Choose another output.' },
  EMFILE: FILE_LIMIT,
  ENFILE: FILE_LIMIT,
};

/** What codecs pass on of what the system said. */
const wordsOfCodecs: readonly [RegExp, string][] = [
  [/No space left/i, 'ENOSPC'],
  [/quota exceeded/i, 'EDQUOT'],
];

/** What a system calls an error. Node has no name for some, EDQUOT on Linux among them, and says the number alone. */
export function systemCode(error: unknown): string {
  const { code = '', errno = 0 } = error as NodeJS.ErrnoException;
  if (!code.startsWith('Unknown system error')) return code;
  return Object.entries(constants.errno).find(([, number]) => number === -errno)?.[0] ?? code;
}

/**
 * Why a file could not be written, as an error of ours: E_WRITE with what the system said in words.
 *
 * @param cause what the system, or a codec that passes its words on, threw
 */
export function unwritable(file: string, cause: unknown): PerpixelError {
  if (cause instanceof PerpixelError) return cause.subject === undefined ? cause.about(file) : cause;
  const { message = String(cause) } = cause as NodeJS.ErrnoException;
  const said = wordsOfCodecs.find(([words]) => words.test(message))?.[1];
  const reason = reasons[said ?? systemCode(cause)];
  return new PerpixelError({
    code: 'E_WRITE',
    subject: file,
    received: reason?.received ?? `cannot be written: ${message.split('\n')[0]}`,
    expected: 'a file that can be written',
    cure: reason?.cure ?? 'Check the disk.',
    cause,
  });
}
