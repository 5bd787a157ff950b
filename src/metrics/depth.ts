import type { NdArray } from 'ndarray';
import type { Pixels } from '../images/raster.js';
import { resizeBilinear } from '../images/resizeBilinear.js';
import { customaryBox } from './customaryBox.js';

/** The eight figures of Eigen, Puhrsch, Fergus (NIPS 2014). Shares are 0..1, lengths in metres, logarithms natural. */
export interface DepthFigures {
  images: number;
  /** Share of pixels with max(p / t, t / p) below 1.25. */
  d1: number;
  /** ... below 1.25^2. */
  d2: number;
  /** ... below 1.25^3. */
  d3: number;
  /** Mean of |p - t| / t. */
  absRel: number;
  /** Mean of (p - t)^2 / t. */
  sqrRel: number;
  rms: number;
  rmsLog: number;
  /** Root of the mean over images of the variance of log p - log t: blind to the scale of each picture. */
  scaleInvariant: number;
}

/**
 * Scores of depth maps, pooled over all valid pixels of a set: `add` each picture, then ask for `figures`. Nothing but
 * sums is kept, so a set may be of any size.
 */
export class DepthScores {
  readonly #sums = { pixels: 0, d1: 0, d2: 0, d3: 0, absRel: 0, sqrRel: 0, square: 0, squareLog: 0 };
  #images = 0;
  #logVariances = 0;

  /**
   * Adds one picture.
   *
   * @param predicted metres `[h, w, 1]`, enlarged bilinearly to the truth's size; below a millimetre counts as one.
   * @param truth metres `[H, W]`, 0 where missing; of 640x480 only the customary box is scored.
   */
  add(predicted: Pixels, truth: NdArray<Float32Array>): void {
    const [height, width] = truth.shape;
    const sameSize = predicted.shape[0] === height && predicted.shape[1] === width;
    const depth = sameSize ? predicted : resizeBilinear(predicted, height, width);
    const box = customaryBox(height, width);
    const sums = this.#sums;
    let pixels = 0;
    let sumLog = 0;
    let sumSquareLog = 0;
    for (let y = box.top; y < box.bottom; y++) {
      for (let x = box.left; x < box.right; x++) {
        const t = truth.get(y, x);
        if (!(t > 0)) continue;
        const p = Math.max(depth.get(y, x, 0), 1e-3);
        const ratio = Math.max(p / t, t / p);
        if (ratio < 1.25) sums.d1++;
        if (ratio < 1.25 ** 2) sums.d2++;
        if (ratio < 1.25 ** 3) sums.d3++;
        sums.absRel += Math.abs(p - t) / t;
        sums.sqrRel += (p - t) ** 2 / t;
        sums.square += (p - t) ** 2;
        const log = Math.log(p / t);
        sumLog += log;
        sumSquareLog += log * log;
        pixels++;
      }
    }
    if (pixels === 0) return;
    sums.pixels += pixels;
    sums.squareLog += sumSquareLog;
    this.#logVariances += sumSquareLog / pixels - (sumLog / pixels) ** 2;
    this.#images++;
  }

  /** NaN each while nothing valid was added. */
  get figures(): DepthFigures {
    const { pixels, d1, d2, d3, absRel, sqrRel, square, squareLog } = this.#sums;
    return {
      images: this.#images,
      d1: d1 / pixels,
      d2: d2 / pixels,
      d3: d3 / pixels,
      absRel: absRel / pixels,
      sqrRel: sqrRel / pixels,
      rms: Math.sqrt(square / pixels),
      rmsLog: Math.sqrt(squareLog / pixels),
      scaleInvariant: Math.sqrt(this.#logVariances / this.#images),
    };
  }
}
