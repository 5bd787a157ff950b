/** Every code an error of ours can carry; docs/errors.md explains each. */
export type ErrorCode =
  /** The file cannot be read: missing, empty, no permission, truncated. */
  | 'E_READ'
  /** The file cannot be written: no permission, no space, would overwrite its input. */
  | 'E_WRITE'
  /** The content is of a kind that is not handled: unknown format, CMYK, animation. */
  | 'E_FORMAT'
  /** The picture is too small or too large for what is asked. */
  | 'E_SIZE'
  /** An option has a value that makes no sense. */
  | 'E_OPTION'
  /** The model file is missing, damaged, or does not fit the task. */
  | 'E_MODEL'
  /** An engine or device is not available or failed. */
  | 'E_ENGINE'
  /** A program (FFmpeg) or an optional package that is needed is missing or failed. */
  | 'E_PROGRAM'
  /** Memory ran out. */
  | 'E_MEMORY'
  /** Training data is missing or does not fit together. */
  | 'E_DATA'
  /** A checkpoint is damaged or belongs to another run. */
  | 'E_CHECKPOINT'
  /** A loss or gradient became NaN or infinite. */
  | 'E_NAN'
  /** Perpixel itself is wrong: to be reported. */
  | 'E_BUG';

/** What an error of ours is made of. */
export interface ErrorParts {
  code: ErrorCode;
  /** What the error is about, first thing in the message: a file, an option, a model. */
  subject?: string;
  /** The value that was met, as a person would describe it: `1 x 1 pixels`. */
  received: string;
  /** What would have been right: `at least 17 x 17`. */
  expected: string;
  /** What the reader can do about it, one sentence in the imperative. */
  cure: string;
  cause?: unknown;
}

/**
 * The one error class: a code, the value received, what was expected, and the cure.
 *
 * @example
 * new PerpixelError({ code: 'E_SIZE', subject: 'tiny.png', received: '1 x 1 pixels',
 *   expected: 'at least 17 x 17', cure: 'Use the default model, or enlarge the picture.' }).message
 * // 'tiny.png: 1 x 1 pixels; expected at least 17 x 17. Use the default model, or enlarge the picture.'
 */
export class PerpixelError extends Error {
  override readonly name = 'PerpixelError';
  readonly code: ErrorCode;
  readonly subject: string | undefined;
  readonly received: string;
  readonly expected: string;
  readonly cure: string;

  constructor({ code, subject, received, expected, cure, cause }: ErrorParts) {
    super(`${subject === undefined ? '' : `${subject}: `}${received}; expected ${expected}. ${cure}`, { cause });
    this.code = code;
    this.subject = subject;
    this.received = received;
    this.expected = expected;
    this.cure = cure;
  }

  /** The same error, told of another subject: a codec knows bytes, its caller knows the file's name. */
  about(subject: string): PerpixelError {
    return new PerpixelError({ ...this, subject, cause: this.cause });
  }
}
