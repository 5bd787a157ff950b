import ndarray from 'ndarray';
import { padReflect } from '../../images/padReflect.js';
import type { Pixels } from '../../images/raster.js';
import { dataStep, type Rim } from './dataStep.js';
import type { Kernel } from './kernel.js';
import { cut, type Plane } from './plane.js';

/** Data steps, each followed by the network. */
const STEPS = 8;
/** The noise that the network is told of after the first step; from there it falls to that of the picture. */
const FIRST_SIGMA = 49 / 255;
/** How much the network's picture counts in the data step, times the ratio of the two noises squared. */
const TRUST = 0.23;

export interface PlugAndPlayOptions {
  kernel: Kernel;
  /** The noise of the blurred picture, in 0..1 units, above 0. */
  sigma: number;
  /** Takes noise of a level in 0..1 units out of pixels, whose sides are multiples of the stride. */
  denoise: (pixels: Pixels, sigma: number) => Promise<Pixels>;
  stride: number;
}

/**
 * Deblurring with a known kernel by a network that has learnt nothing but to denoise: in turns, a picture that explains the
 * blurred one, and what the network makes of it. The picture is worked on with a rim, from which light was spread into it.
 * Zhang, Li, Zuo, Zhang, Van Gool, Timofte: Plug-and-play image restoration with deep denoiser prior, IEEE TPAMI 2021,
 * algorithm 1. Differs: nothing is assumed of what lies beyond the border (dataStep), where the paper's pictures go round.
 *
 * @param blurred `[h, w, c]`, 0..1, row by row without gaps
 * @returns the same size
 */
export async function plugAndPlay(
  blurred: Pixels,
  { kernel, sigma, denoise, stride }: PlugAndPlayOptions,
): Promise<Pixels> {
  const [height, width, channels] = blurred.shape;
  const rim = rimOf(blurred, kernel, stride);
  const step = dataStep(kernel, { height, width }, rim);
  const observed = Array.from({ length: channels }, (_, c) => channelOf(blurred, c));

  let sharp = padReflect(blurred, rim);
  for (let n = 0; n < STEPS; n++) {
    const level = FIRST_SIGMA * (sigma / FIRST_SIGMA) ** (n / (STEPS - 1));
    const weight = TRUST * (sigma / level) ** 2;
    const explained = interleaved(observed.map((plane, c) => step(plane, channelOf(sharp, c), weight)));
    sharp = await denoise(explained, level);
  }
  return interleaved(Array.from({ length: channels }, (_, c) => cut(channelOf(sharp, c), { ...rim, height, width })));
}

/** Half a kernel to each side, and what brings the whole to a multiple of the stride. */
function rimOf({ shape: [height, width] }: Pixels, { shape: [rows, columns] }: Kernel, stride: number): Rim {
  const [top, left] = [Math.floor(rows / 2), Math.floor(columns / 2)];
  const beyond = (length: number) => (stride - (length % stride)) % stride;
  return { top, left, bottom: top + beyond(height + 2 * top), right: left + beyond(width + 2 * left) };
}

function channelOf({ data, shape: [height, width, channels] }: Pixels, c: number): Plane {
  return { height, width, data: Float32Array.from({ length: height * width }, (_, i) => data[i * channels + c]) };
}

function interleaved(planes: readonly Plane[]): Pixels {
  const [{ height, width }] = planes;
  const data = new Float32Array(height * width * planes.length);
  for (const [c, plane] of planes.entries()) {
    for (let i = 0; i < plane.data.length; i++) data[i * planes.length + c] = plane.data[i];
  }
  return ndarray(data, [height, width, planes.length]);
}
