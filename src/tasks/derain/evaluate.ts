import * as z from 'zod';
import { stemOf } from '../../core/files/sameNames.js';
import { type Random, random } from '../../core/random.js';
import { dirt } from '../../degradations/dirt.js';
import { drops } from '../../degradations/drops.js';
import { rain } from '../../degradations/rain.js';
import type { Pixels } from '../../images/raster.js';
import { readRaster } from '../../images/readRaster.js';
import { readWindow, wholeOf } from '../../images/readWindow.js';
import { restorationScores } from '../../metrics/restoration.js';
import type { CroppedPair } from '../../training/datasets/pairedCrops.js';
import type { Evaluation, EvaluationContext } from '../evaluation/evaluation.js';
import { meanScores } from '../evaluation/meanScores.js';
import { pictureList } from '../evaluation/pictureList.js';
import { inFloat, namesakes } from '../evaluation/pictures.js';
import { type DerainOptions, derain } from './task.js';

/** A clean photo, and the one in rain; without that, rain is drawn over the clean one. */
type RainyPair = Pick<CroppedPair, 'truth' | 'crop'> & { input?: string };

interface EvaluateDerainOptions {
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
async function evaluateDerain(
  pairs: readonly RainyPair[],
  { kind, compare }: EvaluateDerainOptions,
  { predict, signal }: EvaluationContext,
): Promise<DerainScores> {
  const scores: Omit<DerainScores, 'images'>[] = [];
  for (const { input, truth, crop } of pairs) {
    signal?.throwIfAborted();
    const whole = await readRaster(truth);
    const clean = crop ? readWindow(whole, { ...crop, y: crop.top, x: crop.left }) : wholeOf(whole);
    const rainy =
      input === undefined ? inFloat(DRAW[kind](clean, random(0, stemOf(truth), kind))) : await readRaster(input);
    const before = restorationScores(wholeOf(rainy), clean, { compare });
    await predict(rainy, derain, { kind });
    const after = restorationScores(wholeOf(rainy), clean, { compare });
    scores.push({ rainyPsnr: before.psnr, rainySsim: before.ssim, psnr: after.psnr, ssim: after.ssim });
  }
  return { images: pairs.length, ...meanScores(scores) };
}

const options = z.object({
  kind: z.enum(['streaks', 'drops', 'dirt']).default('streaks').describe('As in derain'),
  degraded: z
    .string()
    .optional()
    .describe('Folder of the degraded photos, of the same names, instead of drawing over the clean ones'),
  layout: z
    .enum(['folder', 'rain100l', 'rain100h'])
    .default('folder')
    .describe('rain100l, rain100h: test pairs of that set below the one folder named, which splits.json there lists'),
  compare: z
    .enum(['channels', 'luma'])
    .optional()
    .describe('All channels, or the Y of BT.601 (16..235) as papers on rain do [default: luma for streaks]'),
});

type DerainArgs = z.output<typeof options>;

/** `perpixel eval derain CLEAN`: rain, drops or dirt over clean photos, and how much of it is left. */
export const evaluation: Evaluation<DerainArgs, DerainScores & { kind: string }> = {
  summary: 'Rain, drops or dirt over clean photos, and how much of it is left',
  options,
  examples: [
    ['derain data --layout rain100l', 'The test pairs of Rain100L'],
    ['derain CBSD68 --kind dirt', 'Dirt drawn over clean photos, the same each time'],
    ['derain CBSD68 --degraded CBSD68', 'How much clean photos suffer'],
  ],
  columns: {
    kind: ({ kind }) => kind,
    images: ({ images }) => images,
    rainy: ({ rainyPsnr }) => rainyPsnr.toFixed(2),
    'rainy ssim': ({ rainySsim }) => rainySsim.toFixed(4),
    psnr: ({ psnr }) => psnr.toFixed(3),
    ssim: ({ ssim }) => ssim.toFixed(4),
  },
  async *evaluate({ kind, compare, ...asked }, context) {
    const compared = compare ?? (kind === 'streaks' ? 'luma' : 'channels');
    yield { kind, ...(await evaluateDerain(await pairsOf(asked), { kind, compare: compared }, context)) };
  },
};

async function pairsOf({
  pictures,
  degraded,
  layout,
}: Pick<DerainArgs, 'degraded' | 'layout'> & { pictures: string[] }): Promise<RainyPair[]> {
  if (layout !== 'folder') {
    const { rainPairs } = await import('../../training/datasets/presets.js');
    return rainPairs(pictures[0], layout === 'rain100l' ? 'light' : 'heavy', 'test-a');
  }
  const photos = await pictureList(pictures);
  if (degraded === undefined) return photos.map((truth) => ({ truth }));
  const inputs = await namesakes(photos, degraded);
  return photos.map((truth, i) => ({ truth, input: inputs[i] }));
}
