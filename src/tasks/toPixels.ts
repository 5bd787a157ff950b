import ndarray from 'ndarray';
import type { Tensor } from '../engines/engine.js';
import type { Pixels } from '../images/raster.js';
import type { ModelCard } from '../onnx/modelFile.js';

/**
 * What a network answers, `[batch, c, h, w]`, to pixels `[h, w, channels]` in 0..1 units: undoes toTensor. Where a grey
 * picture went through a colour network, its three answers are averaged.
 */
export function toPixels(
  { data, dims }: Tensor,
  channels: number,
  { normalisation: { mean, scale } }: Pick<ModelCard, 'normalisation'>,
): Pixels {
  const [batch, own, height, width] = dims;
  const size = height * width;
  const planes = batch * own;
  const repeats = planes / channels;
  const values = new Float32Array(size * channels);
  for (let plane = 0; plane < planes; plane++) {
    const [shift, unit] = [mean[plane % mean.length], scale[plane % scale.length]];
    const c = plane % channels;
    for (let i = 0; i < size; i++) values[i * channels + c] += (data[plane * size + i] * unit + shift) / repeats;
  }
  return ndarray(values, [height, width, channels]);
}
