import { type Random, random } from '../../core/random.js';
import { dirt } from '../../degradations/dirt.js';
import { drops } from '../../degradations/drops.js';
import { rain } from '../../degradations/rain.js';
import type { Pixels } from '../../images/raster.js';
import { readRaster } from '../../images/readRaster.js';
import { windowOf } from '../../images/windowOf.js';
import { restorationScores } from '../../metrics/restoration.js';
import { predictRaster } from '../../pipelines/run/predictRaster.js';
import type { CroppedPair } from '../../training/datasets/pairedCrops.js';
import type { EvaluationContext } from '../evaluation/evaluationContext.js';
import { meanScores } from '../evaluation/meanScores.js';
import { inFloat, pixelsOf, stemOf } from '../evaluation/pictures.js';
import { type DerainOptions, derain } from './task.js';

/** A clean photo, and the one in rain; without that, rain is drawn over the clean one. */
export type RainyPair = Pick<CroppedPair, 'truth' | 'crop'> & { input?: string };

export interface EvaluateDerainOptions extends EvaluationContext {
  kind: DerainOptions['kind'];
  /** What is compared: all channels, or the Y of BT.601 (16..235), as papers on rain do. */
  compare: 'channels' | 'luma';
}

/** Means over the pictures. */
export interface DerainScores {
  images: number;
  /** Of the rainy pictures, dB, peak 1. */
  rainyPsnr: number;
  rainySsim: number;
  /** Of the results. */
  psnr: number;
  ssim: number;
}

const DRAW: Record<DerainOptions['kind'], (clean: Pixels, random: Random) => Pixels> = {
  streaks: (clean, random) => rain(clean, random),
  drops: (clean, random) => drops(clean, random).wet,
  dirt,
};

/**
 * Takes the rain out of each picture and compares with the clean one; PSNR and SSIM a picture, then the mean. Where rain is
 * drawn, it is in float, neither rounded nor clipped, from a seed that is the picture's name.
 */
export async function evaluateDerain(
  pairs: readonly RainyPair[],
  { kind, compare, ...predicting }: EvaluateDerainOptions,
): Promise<DerainScores> {
  const scores: Omit<DerainScores, 'images'>[] = [];
  for (const { input, truth, crop } of pairs) {
    predicting.signal?.throwIfAborted();
    const whole = await readRaster(truth);
    const clean = crop ? windowOf(whole, { ...crop, y: crop.top, x: crop.left }) : pixelsOf(whole);
    const rainy =
      input === undefined ? inFloat(DRAW[kind](clean, random(0, stemOf(truth), kind))) : await readRaster(input);
    const before = restorationScores(pixelsOf(rainy), clean, { compare });
    await predictRaster(rainy, derain, { kind }, predicting);
    const after = restorationScores(pixelsOf(rainy), clean, { compare });
    scores.push({ rainyPsnr: before.psnr, rainySsim: before.ssim, psnr: after.psnr, ssim: after.ssim });
  }
  return { images: pairs.length, ...meanScores(scores) };
}
