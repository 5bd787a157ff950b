import type { Tensor } from '../engines/engine.js';
import type { Pixels } from '../images/raster.js';
import type { ModelCard } from '../onnx/modelFile.js';

/**
 * Pixels `[h, w, c]` to what a network takes, normalised as its card says: `[1, c, h, w]`. A grey picture is repeated for
 * a colour network; the channels of a colour picture become a batch for a grey one.
 */
export function toTensor(
  { data, shape, stride, offset }: Pixels,
  { channels, normalisation: { mean, scale } }: Pick<ModelCard, 'channels' | 'normalisation'>,
): Tensor {
  const [height, width, own] = shape;
  const planes = Math.max(own, channels);
  const values = new Float32Array(planes * height * width);
  for (let c = 0, i = 0; c < planes; c++) {
    const from = offset + Math.min(c, own - 1) * stride[2];
    const [shift, unit] = [mean[c % mean.length], scale[c % scale.length]];
    for (let y = 0; y < height; y++) {
      let at = from + y * stride[0];
      for (let x = 0; x < width; x++, at += stride[1]) values[i++] = (data[at] - shift) / unit;
    }
  }
  return { data: values, dims: [planes / channels, channels, height, width] };
}
