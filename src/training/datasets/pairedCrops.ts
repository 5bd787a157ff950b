import { PerpixelError } from '../../core/errors.js';
import type { Dataset } from './dataset.js';
import { type Decoded, decodeRgb } from './decode.js';
import type { Pair } from './pairs.js';
import { requireSameSize } from './requireSameSize.js';
import { requireSeveral } from './requireSeveral.js';
import { cutSquare, randomSquare } from './turnedSquare.js';

/** A pair whose truth shows more than its input: only this part of it belongs. */
export interface CroppedPair extends Pair {
  /** In the truth, in pixels. */
  crop?: { left: number; top: number; width: number; height: number };
}

/**
 * Restoration learnt from pairs of degraded and clean photos, loaded once: the same random square of both, mirrored
 * and turned, or `upright`. `inputs.image` and `targets.clean` are `[size, size, channels]`, 0..1.
 *
 * @throws PerpixelError E_DATA where there are fewer than two pairs, a file cannot be decoded, the two of a pair differ in size, or one is smaller
 *   than a crop
 */
export async function pairedCrops(
  pairs: readonly CroppedPair[],
  { size, channels = 3, upright }: { size: number; channels?: 1 | 3; upright?: boolean },
): Promise<Dataset> {
  requireSeveral(pairs);
  const loaded = await Promise.all(pairs.map((pair) => load(pair, size)));
  return {
    length: loaded.length,
    sample(random) {
      const { input, truth } = random.pick(loaded);
      const square = randomSquare(input, size, random, upright);
      return {
        inputs: { image: cutSquare(input.data, square, channels) },
        targets: { clean: cutSquare(truth.data, square, channels) },
        masks: {},
      };
    },
  };
}

async function load({ input: inputFile, truth: truthFile, crop }: CroppedPair, size: number) {
  const [input, whole] = await Promise.all([decodeRgb(inputFile), decodeRgb(truthFile)]);
  const truth = crop ? cropped(whole, crop) : whole;
  requireSameSize(input, truth);
  if (Math.min(input.height, input.width) < size) {
    throw new PerpixelError({
      code: 'E_DATA',
      subject: inputFile,
      received: `${input.width} x ${input.height} pixels`,
      expected: `at least ${size} x ${size}, the size of a training crop`,
      cure: 'Remove the pair from the training set, or choose smaller crops.',
    });
  }
  return { input, truth };
}

function cropped(
  { file, width: rowLength, data }: Decoded<Uint8Array>,
  { left, top, width, height }: NonNullable<CroppedPair['crop']>,
): Decoded<Uint8Array> {
  const part = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    const from = 3 * ((top + y) * rowLength + left);
    part.set(data.subarray(from, from + 3 * width), 3 * y * width);
  }
  return { file, height, width, data: part };
}
