import { PerpixelError } from '../core/errors.js';

/** What is told of a video without a frame, which no file can hold. */
export function noFrames(output: string): PerpixelError {
  const parts = { received: 'no frame at all', expected: 'one at least', cure: 'Look at the source.' };
  return new PerpixelError({ code: 'E_READ', subject: output, ...parts });
}
