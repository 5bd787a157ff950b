import ndarray from 'ndarray';
import type { Raster, Samples } from '../../images/raster.js';
import { type HoleMask, holeMask } from './holeMask.js';

/**
 * A picture and its holes at half the size: each pixel is the mean of those of its 2 x 2 that are known, and a hole where none
 * is, so that holes lose their rim and become half as deep.
 */
export function halved({ pixels, metadata }: Raster, holes: HoleMask): { raster: Raster; holes: HoleMask } {
  const [fullHeight, fullWidth, channels] = pixels.shape;
  const [height, width] = [Math.ceil(fullHeight / 2), Math.ceil(fullWidth / 2)];
  const Kind = pixels.data.constructor as new (length: number) => Samples;
  const small = new Kind(height * width * channels);
  const rounding = small instanceof Float32Array ? 0 : 0.5;
  const sums = new Float64Array(channels);
  let i = 0;
  const smallHoles = holeMask([height, width], (y, x) => {
    let known = 0;
    sums.fill(0);
    for (let fullY = 2 * y; fullY < Math.min(2 * y + 2, fullHeight); fullY++) {
      for (let fullX = 2 * x; fullX < Math.min(2 * x + 2, fullWidth); fullX++) {
        if (holes.get(fullY, fullX) !== 0) continue;
        known++;
        for (let c = 0; c < channels; c++) sums[c] += pixels.get(fullY, fullX, c);
      }
    }
    for (let c = 0; c < channels; c++) small[i++] = known === 0 ? 0 : sums[c] / known + rounding;
    return known === 0;
  });
  return { raster: { pixels: ndarray(small, [height, width, channels]), metadata }, holes: smallHoles };
}

/** Writes what a picture of half the size has there, interpolated bilinearly, into the pixels that `isWanted` names. */
export function fillFromHalf(
  { pixels }: Raster,
  { pixels: small }: Raster,
  isWanted: (index: number) => boolean,
): void {
  const [height, width, channels] = pixels.shape;
  const rounding = pixels.data instanceof Float32Array ? 0 : 0.5;
  for (let y = 0, i = 0; y < height; y++) {
    const [top, bottom, down] = between(y, small.shape[0]);
    for (let x = 0; x < width; x++, i++) {
      if (!isWanted(i)) continue;
      const [left, right, across] = between(x, small.shape[1]);
      for (let c = 0; c < channels; c++) {
        const upper = small.get(top, left, c) * (1 - across) + small.get(top, right, c) * across;
        const lower = small.get(bottom, left, c) * (1 - across) + small.get(bottom, right, c) * across;
        pixels.set(y, x, c, upper * (1 - down) + lower * down + rounding);
      }
    }
  }
}

/** The two samples of half the size that one lies between, and the share of the second. */
function between(i: number, smallLength: number): [first: number, second: number, share: number] {
  const at = Math.max((i + 0.5) / 2 - 0.5, 0);
  const first = Math.floor(at);
  return [first, Math.min(first + 1, smallLength - 1), at - first];
}
