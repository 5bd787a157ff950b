import ndarray from 'ndarray';
import { boxMean } from '../../core/maths/boxMean.js';
import type { Pixels } from '../../images/raster.js';
import { GUIDE_RADIUS } from './noiseMap.js';

/** A window without what lies below black, which no network has seen. */
export function cutAtBlack({ data, shape, stride, offset }: Pixels): Pixels {
  return ndarray(
    data.map((value) => Math.max(0, value)),
    shape,
    stride,
    offset,
  );
}

/**
 * Gives back, in place, what lies below black on average: colours that sRGB has not, and no noise.
 *
 * @param photo the window as it was, `[h, w, c]`
 */
export function withBelowBlack(clean: Pixels, photo: Pixels): Pixels {
  const [height, width, channels] = photo.shape;
  const plane = new Float64Array(height * width);
  for (let c = 0; c < channels; c++) {
    for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) plane[y * width + x] = photo.get(y, x, c);
    const mean = boxMean(plane, { height, width, radius: GUIDE_RADIUS });
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const below = mean[y * width + x];
        if (below < 0) clean.set(y, x, c, clean.get(y, x, c) + below);
      }
    }
  }
  return clean;
}
