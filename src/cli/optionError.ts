import { PerpixelError } from '../core/errors.js';

/** An option of the command with a value that makes no sense; ends the command with exit code 2. */
export function optionError(
  name: string,
  received: unknown,
  expected: string,
  cure: string,
  cause?: unknown,
): PerpixelError {
  return new PerpixelError({
    code: 'E_OPTION',
    subject: `--${name}`,
    received: String(received),
    expected,
    cure,
    cause,
  });
}
