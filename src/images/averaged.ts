import ndarray from 'ndarray';
import type { Pixels, Raster } from './raster.js';
import { whiteOf, wholeOf } from './readWindow.js';
import { resizeBilinear } from './resizeBilinear.js';

/**
 * A picture of any depth as small float pixels `[height, width, c]`, 0..1: each the mean over the area that it covers, to
 * fractions of a pixel. Reads the samples where they lie, so a large photo takes no more memory than its small result.
 * Where either side grows, interpolates bilinearly instead.
 */
export function averaged(raster: Pick<Raster, 'pixels'>, height: number, width: number): Pixels {
  const { data, offset, shape, stride } = raster.pixels;
  const [oldHeight, oldWidth, channels] = shape;
  if (height > oldHeight || width > oldWidth) {
    return resizeBilinear(wholeOf(raster), height, width);
  }
  const white = whiteOf(data);
  const means = new Float32Array(height * width * channels);
  const columns = spans(oldWidth, width);
  const area = (oldHeight / height) * (oldWidth / width) * white;
  for (const [row, { first, end, before, after }] of spans(oldHeight, height).entries()) {
    for (let y = first; y < end; y++) {
      const share = (1 - (y === first ? before : 0) - (y === end - 1 ? after : 0)) / area;
      let to = row * width * channels;
      for (const span of columns) {
        for (let c = 0; c < channels; c++) means[to++] += share * sumOver(span, offset + y * stride[0] + c * stride[2]);
      }
    }
  }
  return ndarray(means, [height, width, channels]);

  function sumOver({ first, end, before, after }: Span, line: number): number {
    const step = stride[1];
    const stop = line + end * step;
    let sum = -before * data[line + first * step] - after * data[stop - step];
    for (let at = line + first * step; at !== stop; at += step) sum += data[at];
    return sum;
  }
}

/** The old samples that a new one covers, from `first` to `end`, and how much of the outermost two it does not. */
interface Span {
  first: number;
  end: number;
  before: number;
  after: number;
}

function spans(oldLength: number, length: number): Span[] {
  const scale = oldLength / length;
  return Array.from({ length }, (_, i) => {
    const first = Math.floor(i * scale + 1e-9);
    const end = Math.min(Math.ceil((i + 1) * scale - 1e-9), oldLength);
    return { first, end, before: Math.max(i * scale - first, 0), after: Math.max(end - (i + 1) * scale, 0) };
  });
}
