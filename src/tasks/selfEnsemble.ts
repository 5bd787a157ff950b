import ndarray from 'ndarray';
import type { Pixels } from '../images/raster.js';

/** By `turned`: all ways, and those that leave up where it is. */
const WAYS = { square: [0, 1, 2, 3, 4, 5, 6, 7], mirror: [0, 2] };

/**
 * The mean of what `predict` says of the eight ways to turn and mirror a window, or of the two that only `mirror` left and right, each
 * turned back: slower and a little better.
 * Lim et al.: Enhanced deep residual networks for single image super-resolution. CVPR workshops 2017, section 3.3
 * (geometric self-ensemble).
 */
export async function selfEnsemble(
  window: Pixels,
  predict: (window: Pixels) => Promise<Pixels>,
  { symmetry = 'square' }: { symmetry?: keyof typeof WAYS } = {},
): Promise<Pixels> {
  let sum: Float32Array | undefined;
  let shape: number[] = [];
  const ways = WAYS[symmetry];
  for (const way of ways) {
    const part = dense(turnedBack(await predict(dense(turned(window, way))), way));
    shape = part.shape;
    if (sum === undefined) sum = new Float32Array(part.data.length);
    for (let i = 0; i < sum.length; i++) sum[i] += part.data[i] / ways.length;
  }
  return ndarray(sum!, shape);
}

/** Of `way`, bit 0 mirrors the rows, bit 1 the columns, bit 2 exchanges the two. */
function turned(pixels: Pixels, way: number): Pixels {
  const mirrored = pixels.step(way & 1 ? -1 : 1, way & 2 ? -1 : 1);
  return way & 4 ? mirrored.transpose(1, 0, 2) : mirrored;
}

function turnedBack(pixels: Pixels, way: number): Pixels {
  const upright = way & 4 ? pixels.transpose(1, 0, 2) : pixels;
  return upright.step(way & 1 ? -1 : 1, way & 2 ? -1 : 1);
}

/** The same pixels in row-major order. */
function dense({ data, shape, stride, offset }: Pixels): Pixels {
  const [height, width, channels] = shape;
  const copy = new Float32Array(height * width * channels);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < channels; c++) copy[i++] = data[offset + y * stride[0] + x * stride[1] + c * stride[2]];
    }
  }
  return ndarray(copy, [height, width, channels]);
}
