import type { NdArray } from 'ndarray';
import * as z from 'zod';
import type { Pixels } from '../../images/raster.js';
import { readRaster } from '../../images/readRaster.js';
import { resizeBilinear } from '../../images/resizeBilinear.js';
import { type DepthFigures, DepthScores } from '../../metrics/depth.js';
import type { Evaluation, EvaluationContext } from '../evaluation/evaluation.js';
import { photosWithTruth } from '../evaluation/pictures.js';
import { readDepth } from '../evaluation/truths.js';
import { type DepthOptions, depth } from './task.js';

interface EvaluateDepthOptions extends Pick<DepthOptions, 'focal'> {
  /** `median`: each picture is first multiplied so that its median is the truth's, for cameras of another kind. */
  scale: 'none' | 'median';
}

/**
 * The eight figures over all pixels of a set whose depth is known.
 *
 * @param pairs a photo and its 16-bit depth in millimetres
 */
async function evaluateDepth(
  pairs: readonly (readonly [photo: string, truth: string])[],
  { focal, scale }: EvaluateDepthOptions,
  { predict, signal }: EvaluationContext,
): Promise<DepthFigures> {
  const scores = new DepthScores();
  for (const [photo, truth] of pairs) {
    signal?.throwIfAborted();
    const known = await readDepth(truth);
    const { value: predicted } = await predict(await readRaster(photo), depth, { focal });
    scores.add(scale === 'median' ? scaled(predicted, known) : predicted, known);
  }
  return scores.figures;
}

/** The prediction times the factor that makes its median, where the truth is known, that of the truth. */
function scaled(predicted: Pixels, known: NdArray<Float32Array>): Pixels {
  const [height, width] = known.shape;
  const resized = resizeBilinear(predicted, height, width);
  const where = Array.from(known.data.keys()).filter((i) => known.data[i] > 0);
  const factor = median(where.map((i) => known.data[i])) / median(where.map((i) => resized.data[i]));
  for (let i = 0; i < resized.data.length; i++) resized.data[i] *= factor;
  return resized;
}

const median = (values: number[]) => Float32Array.from(values).sort()[values.length >> 1];

const options = z.object({
  truth: z.string().describe('Folder of their depth: 16-bit pictures of the same names, millimetres, 0 unknown'),
  focal: z.string().optional().describe('As in depth'),
  scale: z
    .enum(['none', 'median'])
    .default('none')
    .describe("median: each picture multiplied so that its median is the truth's"),
});

/** `perpixel eval depth PHOTOS --truth DEPTH`: the eight figures that papers give. */
export const evaluation: Evaluation<z.output<typeof options>, DepthFigures & { scale: string }> = {
  summary: 'Depth against what a depth camera measured',
  pictures: 'Folders of photos, or lists of paths',
  options,
  examples: [['depth nyu/rgb --truth nyu/depth', 'The customary box of 640x480 pictures, all others whole']],
  columns: {
    images: ({ images }) => images,
    '<1.25': ({ d1 }) => d1.toFixed(4),
    '<1.25^2': ({ d2 }) => d2.toFixed(4),
    '<1.25^3': ({ d3 }) => d3.toFixed(4),
    'abs rel': ({ absRel }) => absRel.toFixed(4),
    'sqr rel': ({ sqrRel }) => sqrRel.toFixed(4),
    rms: ({ rms }) => rms.toFixed(4),
    'rms log': ({ rmsLog }) => rmsLog.toFixed(4),
    'sc-inv': ({ scaleInvariant }) => scaleInvariant.toFixed(4),
  },
  async *evaluate({ pictures, truth, focal, scale }, context) {
    yield { scale, ...(await evaluateDepth(await photosWithTruth(pictures, truth), { focal, scale }, context)) };
  },
};
