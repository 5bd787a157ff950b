import { PerpixelError } from '../core/errors.js';

/** What is told of a photo or video whose result is there, and of another. */
export function changed(subject: string): PerpixelError {
  return new PerpixelError({
    code: 'E_WRITE',
    subject,
    received: 'there is a result of another photo, or of what this one was before',
    expected: 'no result, or its own',
    cure: 'Remove that result, or choose another output; then add again.',
  });
}
