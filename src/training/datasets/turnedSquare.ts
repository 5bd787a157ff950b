import ndarray from 'ndarray';
import type { Random } from '../../core/random.js';
import { luma601 } from '../../images/grey.js';
import type { Pixels } from '../../images/raster.js';

/** A square of a picture, mirrored or turned by quarter turns: where its pixels lie. */
export interface TurnedSquare {
  size: number;
  /** Offset of its first pixel, and from one of its rows and columns to the next, in pixels of the picture. */
  corner: number;
  rowStep: number;
  columnStep: number;
}

/** A random square in one of the eight mirrorings and quarter turns; `upright`, it is at most mirrored left to right. */
export function randomSquare(
  picture: { height: number; width: number },
  size: number,
  random: Random,
  upright = false,
): TurnedSquare {
  const { height, width } = picture;
  const top = random.integer(height - size + 1);
  const left = random.integer(width - size + 1);
  const down = upright || random.chance(0.5) ? 1 : -1;
  const right = random.chance(0.5) ? 1 : -1;
  const transposed = !upright && random.chance(0.5);
  const last = size - 1;
  return {
    size,
    corner: (top + (down < 0 ? last : 0)) * width + left + (right < 0 ? last : 0),
    rowStep: transposed ? right : down * width,
    columnStep: transposed ? down * width : right,
  };
}

/**
 * The square's pixels as float 0..1.
 *
 * @param rgb interleaved
 * @param channels 3, or 1 for 0.299 R + 0.587 G + 0.114 B, not rounded
 */
export function cutSquare(rgb: Uint8Array, square: TurnedSquare, channels: 1 | 3): Pixels {
  const { size, corner, rowStep, columnStep } = square;
  const cut = new Float32Array(size * size * channels);
  let to = 0;
  for (let y = 0; y < size; y++) {
    let from = 3 * (corner + y * rowStep);
    for (let x = 0; x < size; x++, from += 3 * columnStep) {
      if (channels === 1) {
        cut[to++] = luma601(rgb[from], rgb[from + 1], rgb[from + 2]) / 255;
      } else {
        for (let c = 0; c < 3; c++) cut[to++] = rgb[from + c] / 255;
      }
    }
  }
  return ndarray(cut, [size, size, channels]);
}
