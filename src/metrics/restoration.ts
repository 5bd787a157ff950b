import ndarray, { type NdArray } from 'ndarray';
import { PerpixelError } from '../core/errors.js';
import { grey } from '../images/grey.js';
import type { Pixels } from '../images/raster.js';
import { ssim } from './ssim.js';

/** How a restored picture is compared. */
export interface RestorationOptions {
  /** What is compared: the channels as they are, .299 R + .587 G + .114 B, or the Y of BT.601. @default 'channels' */
  compare?: 'channels' | 'grey' | 'luma';
  /** Pixels left out at each border. @default 0 */
  crop?: number;
  /** The estimate is first moved by at most this many pixels each way, to where it fits best. @default 0 */
  shift?: number;
  /** `[height, width]`, not zero inside the hole: asks for `psnrHole`. */
  hole?: NdArray<Uint8Array>;
}

/** How close a restored picture is to the clean one. */
export interface RestorationScores {
  /** Decibel with peak 1, over all compared samples. */
  psnr: number;
  /** Structural similarity, -1..1. */
  ssim: number;
  /** Decibel over the pixels of the hole alone, neither cropped nor shifted. */
  psnrHole?: number;
}

/**
 * Scores a restored picture `[h, w, c]` against the clean one, both 0..1; the estimate is clipped to 0..1 first.
 *
 * @throws E_SIZE where the two differ in size, or less than 11 x 11 pixels are left to compare.
 */
export function restorationScores(
  estimate: Pixels,
  truth: Pixels,
  { compare = 'channels', crop = 0, shift = 0, hole }: RestorationOptions = {},
): RestorationScores {
  const convert = { channels: (pixels: Pixels) => pixels, grey, luma }[compare];
  const restored = convert(clipped(estimate));
  const clean = convert(truth);
  const [height, width] = clean.shape;
  if (restored.shape.join() !== clean.shape.join()) {
    throw new PerpixelError({
      code: 'E_SIZE',
      received: `an estimate of ${restored.shape.join(' x ')}`,
      expected: `${clean.shape.join(' x ')}, as the truth`,
      cure: 'Compare pictures of the same size and number of channels.',
    });
  }

  const margin = Math.max(crop, shift);
  const inner = (pixels: Pixels, dy: number, dx: number) =>
    pixels.lo(margin + dy, margin + dx).hi(height - 2 * margin, width - 2 * margin);
  const target = inner(clean, 0, 0);
  let best = inner(restored, 0, 0);
  let error = meanSquaredError(best, target);
  for (let dy = -shift; dy <= shift; dy++) {
    for (let dx = -shift; dx <= shift; dx++) {
      const moved = inner(restored, dy, dx);
      const movedError = meanSquaredError(moved, target);
      if (movedError < error) [best, error] = [moved, movedError];
    }
  }
  const scores: RestorationScores = { psnr: decibel(error), ssim: ssim(best, target) };
  if (hole) scores.psnrHole = decibel(meanSquaredError(restored, clean, hole));
  return scores;
}

/** Peak signal-to-noise ratio in decibel with peak 1 of two pictures of one size; the estimate is clipped to 0..1 first. */
export function psnr(estimate: Pixels, truth: Pixels): number {
  return decibel(meanSquaredError(clipped(estimate), truth));
}

function clipped(pixels: Pixels): Pixels {
  return mapPixels(pixels, pixels.shape[2], (y, x, c) => Math.min(1, Math.max(0, pixels.get(y, x, c))));
}

/** The Y of BT.601 as MATLAB's rgb2ycbcr gives it (16..235), over 255; a grey picture counts as R = G = B. */
function luma(pixels: Pixels): Pixels {
  return weighted(pixels, [65.481 / 255, 128.553 / 255, 24.966 / 255], 16 / 255);
}

function weighted(pixels: Pixels, weights: readonly [number, number, number], offset: number): Pixels {
  const [green, blue] = pixels.shape[2] === 1 ? [0, 0] : [1, 2];
  return mapPixels(
    pixels,
    1,
    (y, x) =>
      offset +
      weights[0] * pixels.get(y, x, 0) +
      weights[1] * pixels.get(y, x, green) +
      weights[2] * pixels.get(y, x, blue),
  );
}

function mapPixels({ shape }: Pixels, channels: number, value: (y: number, x: number, c: number) => number): Pixels {
  const [height, width] = shape;
  const data = new Float32Array(height * width * channels);
  let i = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) for (let c = 0; c < channels; c++) data[i++] = value(y, x, c);
  }
  return ndarray(data, [height, width, channels]);
}

function meanSquaredError(a: Pixels, b: Pixels, mask?: NdArray<Uint8Array>): number {
  const [height, width, channels] = b.shape;
  let sum = 0;
  let count = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (mask && mask.get(y, x) === 0) continue;
      for (let c = 0; c < channels; c++) sum += (a.get(y, x, c) - b.get(y, x, c)) ** 2;
      count += channels;
    }
  }
  return sum / count;
}

/** Equal pictures get 120 dB, not infinity, so that averages over a set stay finite. */
function decibel(meanSquaredError: number): number {
  return -10 * Math.log10(Math.max(meanSquaredError, 1e-12));
}
