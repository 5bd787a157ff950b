import ndarray from 'ndarray';
import { type Random, random } from '../../core/random.js';
import { luma601 } from '../../images/grey.js';
import { type Batch, drawnBatches, type Stack } from '../../training/datasets/batchOf.js';
import { cleanPhotos } from '../../training/datasets/cleanPhotos.js';
import type { Dataset } from '../../training/datasets/dataset.js';
import { type CroppedPair, pairedCrops } from '../../training/datasets/pairedCrops.js';
import type { DrawOptions } from '../../training/learnable.js';
import { pairsOf } from '../restoration/restorationCrops.js';
import type { NoisyExamples } from './examples.js';
import { WHITE } from './whiteNoise.js';

/** The least noise level that is trained on, so that an error in units of it stays finite; 0..1 units. */
const LEAST_SIGMA = 0.5 / 255;
const MOST_SIGMA = 75 / 255;
/** Where methods are compared, and everyday noise lies. */
const COMPARED_SIGMAS = [15 / 255, 25 / 255, 50 / 255];

/**
 * Batches of noisy crops for a denoiser: `image`, the noise level as a map in 0..1 units, and `clean`. Of clean photos half of the
 * crops are at 15, 25 or 50 of 255, where methods are compared, the others anywhere in 0..75, more often low than high; or
 * all at one level. Noise is neither rounded nor clipped. Of pairs the level is what the two of a crop differ by. The map is `sigma`, or for
 * networks that take it `noise`, deviations of luma and chroma.
 */
export default async function noisyBatches(options: DrawOptions<NoisyExamples>): Promise<(step: number) => Batch> {
  const { files, channels, seed, batch: size, width: crop, inputNames } = options;
  const pairs = pairsOf(files);
  if (pairs.length > 0) return drawnBatches(await noisyPairs(pairs, options), options);
  const sigma = options.examples.sigma === undefined ? undefined : options.examples.sigma / 255;
  const source = await cleanPhotos(
    files.map(({ image }) => image),
    { channels },
  );
  const pixels = crop * crop;
  const each = pixels * channels;
  return (step) => {
    const dice = random(seed, sigma ?? 'mixture', step);
    const clean = new Float32Array(size * each);
    const levels = new Float32Array(size * pixels);
    for (let i = 0; i < size; i++) {
      clean.set(source.crop(dice, crop).data, i * each);
      const level = sigma ?? (dice.chance(0.5) ? dice.pick(COMPARED_SIGMAS) : anySigma(dice));
      levels.fill(level, i * pixels, (i + 1) * pixels);
    }
    const image = dice.fillNormal(new Float32Array(size * each));
    for (let i = 0; i < image.length; i++) {
      // Rounded after each operation, as an engine computes in float32.
      image[i] = clean[i] + Math.fround(image[i] * levels[Math.floor(i / channels)]);
    }
    const shape: [number, number, number, number] = [size, crop, crop, channels];
    const map: Stack = inputNames.includes('noise')
      ? { shape: [size, crop, crop, 2], data: lumaAndChroma(levels, channels) }
      : { shape: [size, crop, crop, 1], data: levels };
    return {
      inputs: { image: { shape, data: image }, [inputNames.includes('noise') ? 'noise' : 'sigma']: map },
      targets: { clean: { shape, data: clean } },
      masks: {},
    };
  };
}

const anySigma = (dice: Random): number => LEAST_SIGMA + (MOST_SIGMA - LEAST_SIGMA) * dice.uniform() ** 1.5;

/** White noise as networks are told of it that know luma and chroma: both for each pixel. */
function lumaAndChroma(levels: Float32Array, channels: 1 | 3): Float32Array {
  const [luma, chroma] = channels === 1 ? [1, 0] : [WHITE.luma, WHITE.chroma];
  const both = new Float32Array(2 * levels.length);
  for (const [i, level] of levels.entries()) both.set([level * luma, level * chroma], 2 * i);
  return both;
}

/** Crops of pairs, each with the level of its noise. */
async function noisyPairs(
  pairs: readonly CroppedPair[],
  { width: size, channels, inputNames }: DrawOptions<NoisyExamples>,
): Promise<Dataset> {
  const crops = await pairedCrops(pairs, { size, channels });
  return {
    length: crops.length,
    sample(random) {
      const { inputs, targets, masks } = crops.sample(random);
      const noise = inputs.image.data.map((value, i) => value - targets.clean.data[i]);
      const levels = inputNames.includes('noise') ? deviations(noise, channels) : [rootMeanSquare(noise)];
      const map = ndarray(new Float32Array(size * size * levels.length), [size, size, levels.length]);
      // The loss is in units of the first one.
      const told = levels.map((level, c) => Math.min(MOST_SIGMA, c === 0 ? Math.max(LEAST_SIGMA, level) : level));
      for (let i = 0; i < map.size; i++) map.data[i] = told[i % told.length];
      return { inputs: { ...inputs, [inputNames.includes('noise') ? 'noise' : 'sigma']: map }, targets, masks };
    },
  };
}

/** Of luma (Y of BT.601) and of chroma (the root mean square of Cb and Cr). */
function deviations(noise: Float32Array, channels: 1 | 3): [number, number] {
  if (channels === 1) return [rootMeanSquare(noise), 0];
  const pixels = noise.length / 3;
  const [y, cb, cr] = [0, 1, 2].map(() => new Float32Array(pixels));
  for (let i = 0; i < pixels; i++) {
    const [red, green, blue] = noise.subarray(3 * i, 3 * i + 3);
    y[i] = luma601(red, green, blue);
    cb[i] = (blue - y[i]) / 1.772;
    cr[i] = (red - y[i]) / 1.402;
  }
  return [rootMeanSquare(y), Math.hypot(rootMeanSquare(cb), rootMeanSquare(cr)) / Math.SQRT2];
}

const rootMeanSquare = (values: Float32Array): number =>
  Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
