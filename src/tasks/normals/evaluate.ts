import { planeNormals } from '../../geometry/planeNormals.js';
import type { Pixels } from '../../images/raster.js';
import { readRaster } from '../../images/readRaster.js';
import { type NormalFigures, NormalScores } from '../../metrics/normals.js';
import { predictScene } from '../../pipelines/run/predictScene.js';
import type { EvaluationContext } from '../evaluation/evaluationContext.js';
import { readDepth } from '../evaluation/truths.js';
import { type NormalsOptions, normals } from './task.js';

export interface EvaluateNormalsOptions extends EvaluationContext, NormalsOptions {
  /** Side of the window in which planes are fitted to the true depth, in its pixels, odd. */
  window: number;
}

/**
 * Angles to normals computed from depth, as NYU's camera saw it, over all pixels of a set where a plane could be fitted.
 *
 * @param pairs a photo and its 16-bit depth in millimetres
 */
export async function evaluateNormals(
  pairs: readonly (readonly [photo: string, truth: string])[],
  { focal, window, ...context }: EvaluateNormalsOptions,
): Promise<NormalFigures> {
  const scores = new NormalScores();
  for (const [photo, truth] of pairs) {
    context.signal?.throwIfAborted();
    const maps = await predictScene(await readRaster(photo), [{ task: normals, options: { focal } }], context);
    scores.add(maps.normals!.map as Pixels, planeNormals(await readDepth(truth), { window }));
  }
  return scores.figures;
}
