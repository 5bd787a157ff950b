import { PerpixelError } from '../core/errors.js';
import type { CodedFrame } from './frame.js';

/**
 * What stands in for a frame that the stream ends in the middle of: the last whole one, told of.
 *
 * @throws PerpixelError E_READ where there was none before it
 */
export function cutOff(
  received: number,
  expected: number,
  index: number,
  last: Uint8Array | undefined,
): Pick<CodedFrame, 'bytes' | 'error'> {
  const error = new PerpixelError({
    code: 'E_READ',
    subject: `frame ${index}`,
    received: `${received} bytes`,
    expected: `${expected}`,
    cure: 'The stream was cut off, or the frames have another size.',
  });
  if (last === undefined) throw error;
  return { bytes: last, error };
}
