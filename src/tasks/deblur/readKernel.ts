import { PerpixelError } from '../../core/errors.js';
import type { Pixels } from '../../images/raster.js';
import { wholeOf } from '../../images/readWindow.js';
import { type Companion, readCompanion } from '../companion.js';
import type { AboutPicture } from '../task.js';
import { type Kernel, kernelOf } from './kernel.js';

const KERNEL = {
  name: 'kernel',
  saved: 'kernel.npy',
  cure: 'Add one, or leave --kernel out: the blur is then estimated.',
};
/** Sides of the largest kernel, in pixels: more blurs a photo beyond help. */
const LARGEST = 101;

/**
 * Reads a blur kernel from a picture, whose brightness is the weight, or an .npy of weights `[h, w]`; scaled to sum 1. Of a
 * colour picture the mean of the channels.
 *
 * @throws PerpixelError E_OPTION where the picture is no kernel, and what readRaster throws
 */
export async function readKernel(given: Companion, about: AboutPicture): Promise<Kernel> {
  const { raster, subject: file } = await readCompanion(given, KERNEL, about);
  const [height, width, channels] = raster.pixels.shape;
  if (Math.max(height, width) > LARGEST) {
    throw notAKernel(file, `${width} x ${height} pixels`, `at most ${LARGEST} x ${LARGEST}`);
  }
  const pixels: Pixels = wholeOf(raster);
  const weights = Float32Array.from({ length: height * width }, (_, i) => {
    const own = pixels.data.subarray(i * channels, (i + 1) * channels);
    return own.reduce((sum, value) => sum + value, 0) / channels;
  });
  const worst = weights.find((weight) => !(weight >= 0 && weight < Number.POSITIVE_INFINITY));
  if (worst !== undefined) throw notAKernel(file, `a weight of ${worst}`, 'weights that are finite and not negative');
  if (weights.every((weight) => weight === 0)) throw notAKernel(file, 'nothing but zeros', 'a weight above 0');
  return kernelOf(weights, height, width);
}

function notAKernel(file: string, received: string, expected: string): PerpixelError {
  return new PerpixelError({
    code: 'E_OPTION',
    subject: file,
    received,
    expected,
    cure: 'Name the picture of the blur itself: what a point of light becomes, in black and white.',
  });
}
