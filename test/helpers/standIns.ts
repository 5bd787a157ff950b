import { floatTensor, int64Tensor } from '../../src/onnx/onnxTensor.js';
import { presets } from '../../src/onnx/presets.js';
import { blindBlur, tinyDenoiser } from './tinyDenoiser.js';
import { tinyEnlarger } from './tinyEnlarger.js';
import { type TinyNode, tinyModel } from './tinyModel.js';

const pooled = (multiple: number): TinyNode => ({
  op: 'AveragePool',
  in: ['pixel_values'],
  out: ['pooled'],
  with: { kernel_shape: [multiple, multiple], strides: [multiple, multiple] },
});
const input = { pixel_values: [1, 3, null, null] };

/** As such networks are exported: the brighter, the nearer; the answer has no axis of channels. */
export const relativeDepth = (multiple: number) =>
  tinyModel(
    [
      pooled(multiple),
      { op: 'Conv', in: ['pooled', 'weights', 'bias'], out: ['one'] },
      { op: 'Squeeze', in: ['one', 'axes'], out: ['predicted_depth'] },
    ],
    input,
    ['predicted_depth'],
    [floatTensor('weights', [1, 3, 1, 1], [10, 10, 10]), floatTensor('bias', [1], [70]), int64Tensor('axes', [1], [1])],
  );

/** Classes of ADE20K. */
export const ADE = 150;
export const SKY = 2;
const WALL = 0;
/** Blue is sky, all else wall. */
export function labeller(): Uint8Array {
  const weights = new Array(ADE * 3).fill(0);
  weights[SKY * 3 + 2] = 50;
  const bias = new Array(ADE).fill(0);
  bias[WALL] = 20;
  return tinyModel(
    [pooled(32), { op: 'Conv', in: ['pooled', 'weights', 'bias'], out: ['logits'] }],
    input,
    ['logits'],
    [floatTensor('weights', [ADE, 3, 1, 1], weights), floatTensor('bias', [ADE], bias)],
  );
}

/** Straight at the viewer, whatever there is. */
export const facing = () =>
  tinyModel(
    [pooled(32), { op: 'Conv', in: ['pooled', 'weights', 'bias'], out: ['normal'] }],
    input,
    ['normal'],
    [floatTensor('weights', [3, 3, 1, 1], Array(9).fill(0)), floatTensor('bias', [3], [0, 0, 1])],
  );

/** A small network that takes and answers what those of a preset do. */
export function standIn(preset: string): Uint8Array {
  const { task, stride = 1, scale = 1 } = presets[preset].card;
  if (task === 'depth') return relativeDepth(stride);
  if (task === 'normals') return facing();
  if (task === 'labels') return labeller();
  return scale === 1 ? tinyDenoiser(blindBlur) : tinyEnlarger(scale);
}
