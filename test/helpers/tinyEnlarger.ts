import { floatTensor } from '../../src/onnx/onnxTensor.js';
import { type TinyNode, tinyModel } from './tinyModel.js';

/**
 * A network whose answer is known: the negative, each pixel repeated `scale` times each way; of a mean over 3 x 3, where it is to look
 * around.
 */
export function tinyEnlarger(scale: number, { looksAround = false } = {}): Uint8Array {
  const mean: TinyNode = {
    ...{ op: 'Conv', in: ['lq', 'mean'], out: ['seen'] },
    with: { pads: [1, 1, 1, 1], group: 3 },
  };
  const resized: TinyNode = {
    ...{ op: 'Resize', in: [looksAround ? 'seen' : 'lq', '', 'scales'], out: ['large'] },
    with: { mode: 'nearest', coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' },
  };
  return tinyModel(
    [...(looksAround ? [mean] : []), resized, { op: 'Sub', in: ['one', 'large'], out: ['output'] }],
    { lq: [1, 3, null, null] },
    ['output'],
    [
      floatTensor('scales', [4], [1, 1, scale, scale]),
      floatTensor('one', [1], [1]),
      ...(looksAround ? [floatTensor('mean', [3, 1, 3, 3], Array(27).fill(1 / 9))] : []),
    ],
  );
}
