import type * as tf from '../../core/tf.js';
import type { Examples, Tensors } from './trainingTask.js';

/**
 * Targets and masks at the pixels that an answer's pixels stand for, taken as they are and not interpolated: depth and
 * labels have no values between two things.
 *
 * @param answer `[batch, rows, columns, any]`; its pixel i stands for pixel offset + i step of the picture
 */
export function aligned(
  { inputs, targets, masks }: Examples,
  answer: tf.Tensor4D,
  { offset, step }: { offset: number; step: number },
): Examples {
  const [, rows, columns] = answer.shape;
  const sampled = (tensors: Tensors): Tensors =>
    Object.fromEntries(
      Object.entries(tensors).map(([name, x]) => {
        const [batch, , , channels] = x.shape;
        const end = [batch, offset + (rows - 1) * step + 1, offset + (columns - 1) * step + 1, channels];
        return [name, x.stridedSlice([0, offset, offset, 0], end, [1, step, step, 1]) as tf.Tensor4D];
      }),
    );
  return { inputs, targets: sampled(targets), masks: sampled(masks) };
}
