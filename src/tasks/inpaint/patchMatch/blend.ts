import type { Steps } from '../../../core/inTurns.js';
import type { Scale } from './scale.js';

/** What a pixel's own mean counts beside its difference to a neighbour: it holds over some 30 pixels. */
const MEAN = 0.001;

/**
 * The colours of the hole whose differences from pixel to pixel are those of the patches copied there, and which meet what
 * is known about it without a seam. Where patches of different places meet, the difference is the mean of what both say.
 * Pérez, Gangnet, Blake: Poisson image editing. SIGGRAPH 2003; between patches as in Darabi et al.: Image melding. SIGGRAPH 2012.
 *
 * By successive over-relaxation.
 *
 * @param colours how many of a pixel's numbers are colours
 * @param origin for each pixel of the hole the one that it is copied from; -1 where there is none, where all is smooth
 * @param depth of the hole, in pixels
 * @returns `[h, w, colours]`, 0 outside the hole
 */
export function* blend(scale: Scale, colours: number, origin: Int32Array, depth: number): Steps<Float32Array> {
  const { values, hole, unusable, holePixels, width, height, channels } = scale;
  const steps = [-1, 1, -width, width];
  const isKnown = (pixel: number) => hole[pixel] === 0 && unusable[pixel] === 0;
  /** What a step from a pixel of the picture changes; NaN where it leaves what is known. */
  const change = (pixel: number, k: number, c: number): number =>
    pixel >= 0 && isInside(pixel, k) && isKnown(pixel + steps[k])
      ? values[(pixel + steps[k]) * channels + c] - values[pixel * channels + c]
      : Number.NaN;
  const count = holePixels.length;
  /** Of each pixel, neighbours that count, a bit each. */
  const neighbours = new Uint8Array(count);
  /** Of each pixel and colour, what does not depend on its neighbours, and how much all weighs. */
  const fixed = new Float32Array(count * colours);
  const weights = new Float32Array(count);
  const result = new Float32Array(height * width * colours);
  for (let n = 0; n < count; n++) {
    const pixel = holePixels[n];
    const mean = origin[pixel] < 0 ? 0 : MEAN;
    weights[n] = mean;
    for (let c = 0; c < colours; c++) {
      fixed[n * colours + c] = mean * values[pixel * channels + c];
      result[pixel * colours + c] = values[(origin[pixel] < 0 ? pixel : origin[pixel]) * channels + c];
    }
    for (let k = 0; k < 4; k++) {
      const other = pixel + steps[k];
      if (!isInside(pixel, k) || unusable[other] === 1) continue;
      weights[n]++;
      if (hole[other] === 1) neighbours[n] |= 1 << k;
      for (let c = 0; c < colours; c++) {
        const [there, back] = [
          change(origin[pixel], k, c),
          hole[other] === 1 ? -change(origin[other], k ^ 1, c) : Number.NaN,
        ];
        const wanted = Number.isNaN(there) ? back : Number.isNaN(back) ? there : (there + back) / 2;
        if (!Number.isNaN(wanted)) fixed[n * colours + c] -= wanted;
        if (hole[other] === 0) fixed[n * colours + c] += values[other * channels + c];
      }
    }
  }
  const relaxation = 2 / (1 + Math.sin(Math.PI / (2 * depth + 2)));
  for (let round = 0; round < 20 + 3 * depth; round++) {
    if (round % 8 === 0) yield;
    for (let i = 0; i < count; i++) {
      const n = round % 2 === 0 ? i : count - 1 - i;
      const at = holePixels[n] * colours;
      if (weights[n] === 0) continue;
      for (let c = 0; c < colours; c++) {
        let sum = fixed[n * colours + c];
        for (let k = 0; k < 4; k++) if ((neighbours[n] >> k) & 1) sum += result[at + steps[k] * colours + c];
        result[at + c] += relaxation * (sum / weights[n] - result[at + c]);
      }
    }
  }
  return result;

  function isInside(pixel: number, k: number): boolean {
    if (k === 0) return pixel % width > 0;
    if (k === 1) return pixel % width < width - 1;
    return k === 2 ? pixel >= width : pixel < width * (height - 1);
  }
}
