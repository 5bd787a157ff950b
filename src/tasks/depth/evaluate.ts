import type { NdArray } from 'ndarray';
import type { Pixels } from '../../images/raster.js';
import { readRaster } from '../../images/readRaster.js';
import { resizeBilinear } from '../../images/resizeBilinear.js';
import { type DepthFigures, DepthScores } from '../../metrics/depth.js';
import { predictScene } from '../../pipelines/run/predictScene.js';
import type { EvaluationContext } from '../evaluation/evaluationContext.js';
import { readDepth } from '../evaluation/truths.js';
import { type DepthOptions, depth } from './task.js';

export interface EvaluateDepthOptions extends EvaluationContext, DepthOptions {
  /** `median`: each picture is first multiplied so that its median is the truth's, for cameras of another kind. */
  scale: 'none' | 'median';
}

/**
 * The eight figures over all pixels of a set whose depth is known.
 *
 * @param pairs a photo and its 16-bit depth in millimetres
 */
export async function evaluateDepth(
  pairs: readonly (readonly [photo: string, truth: string])[],
  { focal, scale, ...context }: EvaluateDepthOptions,
): Promise<DepthFigures> {
  const scores = new DepthScores();
  for (const [photo, truth] of pairs) {
    context.signal?.throwIfAborted();
    const known = await readDepth(truth);
    const maps = await predictScene(await readRaster(photo), [{ task: depth, options: { focal } }], context);
    const predicted = maps.depth!.map as Pixels;
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
