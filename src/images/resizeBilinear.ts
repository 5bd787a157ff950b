import ndarray from 'ndarray';
import type { Pixels } from './raster.js';

/**
 * Resizes float pixels `[h, w, c]` bilinearly, pixel centres at half integers, each channel by itself. Enlarging
 * interpolates between the two nearest pixels; reducing widens the triangle, so that nothing aliases. The same as
 * Pillow's BILINEAR on float images, which scores are defined by.
 */
export function resizeBilinear(pixels: Pixels, height: number, width: number): Pixels {
  const [oldHeight, oldWidth, channels] = pixels.shape;
  const rows = triangles(oldHeight, height);
  const columns = triangles(oldWidth, width);

  const wide = new Float32Array(oldHeight * width * channels);
  for (let y = 0, i = 0; y < oldHeight; y++) {
    for (const { first, weights } of columns) {
      for (let c = 0; c < channels; c++) {
        let sum = 0;
        for (let k = 0; k < weights.length; k++) sum += weights[k] * pixels.get(y, first + k, c);
        wide[i++] = sum;
      }
    }
  }

  const rowLength = width * channels;
  const resized = new Float32Array(height * rowLength);
  for (let y = 0, i = 0; y < height; y++) {
    const { first, weights } = rows[y];
    for (let x = 0; x < rowLength; x++) {
      let sum = 0;
      for (let k = 0; k < weights.length; k++) sum += weights[k] * wide[(first + k) * rowLength + x];
      resized[i++] = sum;
    }
  }
  return ndarray(resized, [height, width, channels]);
}

/** For each new sample the first old one it reads, and the weights of that and the following. */
function triangles(oldLength: number, length: number): { first: number; weights: number[] }[] {
  const scale = oldLength / length;
  const support = Math.max(scale, 1);
  return Array.from({ length }, (_, i) => {
    const centre = (i + 0.5) * scale;
    const first = Math.max(0, Math.trunc(centre - support + 0.5));
    const end = Math.min(oldLength, Math.trunc(centre + support + 0.5));
    const weights = Array.from({ length: end - first }, (_, k) =>
      Math.max(0, 1 - Math.abs((first + k - centre + 0.5) / support)),
    );
    const sum = weights.reduce((total, weight) => total + weight);
    return { first, weights: weights.map((weight) => weight / sum) };
  });
}
