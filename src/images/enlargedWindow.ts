import ndarray, { type NdArray } from 'ndarray';
import type { Pixels, Samples } from './raster.js';
import { type Window, whiteOf } from './readWindow.js';

/**
 * A part of small planes `[rows, columns, c]` that lie over a whole picture, as they are at each of its pixels: float `[h, w, c]`, 0..1,
 * bilinear between the middles of their cells. Nothing but the window is enlarged.
 *
 * @param size of the picture, `[height, width]`
 */
export function enlargedWindow(planes: NdArray<Samples>, size: readonly [number, number], window: Window): Pixels {
  const { data, offset, stride } = planes;
  const [rows, columns, channels] = planes.shape;
  const white = whiteOf(data);
  const down = between(window.y, window.height, rows / size[0], rows);
  const across = between(window.x, window.width, columns / size[1], columns);
  const values = new Float32Array(window.height * window.width * channels);
  let i = 0;
  for (const y of down) {
    const [above, below] = [offset + y.first * stride[0], offset + y.second * stride[0]];
    for (const x of across) {
      const [left, right] = [x.first * stride[1], x.second * stride[1]];
      for (let c = 0; c < channels; c++) {
        const at = c * stride[2];
        const upper = data[above + left + at] + x.share * (data[above + right + at] - data[above + left + at]);
        const lower = data[below + left + at] + x.share * (data[below + right + at] - data[below + left + at]);
        values[i++] = (upper + y.share * (lower - upper)) / white;
      }
    }
  }
  return ndarray(values, [window.height, window.width, channels]);
}

/** For each pixel of one axis, the two cells that it lies between, and the share of the second. */
function between(start: number, length: number, scale: number, cells: number) {
  return Array.from({ length }, (_, i) => {
    const place = Math.min(Math.max((start + i + 0.5) * scale - 0.5, 0), cells - 1);
    const first = Math.floor(place);
    return { first, second: Math.min(first + 1, cells - 1), share: place - first };
  });
}
