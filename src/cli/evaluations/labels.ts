import ndarray from 'ndarray';
import { readRaster } from '../../images/readRaster.js';
import { type LabelFigures, LabelScores } from '../../metrics/labels.js';
import { nyuClasses } from '../../metrics/nyuClasses.js';
import { predictScene } from '../../pipelines/predictScene.js';
import { type LabelsOptions, labels } from '../../tasks/scene/labels.js';
import type { EvaluationContext } from '../evaluationCommand.js';
import { readLabels } from './truths.js';

export type EvaluateLabelsOptions = EvaluationContext & LabelsOptions;

/**
 * Pixel and class accuracy and Jaccard indices over all labelled pixels of a set.
 *
 * @param pairs a photo and a picture of its size with the 40 official classes of NYU Depth v2, 0 where void
 */
export async function evaluateLabels(
  pairs: readonly (readonly [photo: string, truth: string])[],
  { classes, ...context }: EvaluateLabelsOptions,
): Promise<LabelFigures & { images: number }> {
  const scores = new LabelScores({ classes });
  for (const [photo, truth] of pairs) {
    context.signal?.throwIfAborted();
    const maps = await predictScene(await readRaster(photo), [{ task: labels, options: { classes } }], context);
    const { data, shape } = maps.labels!.map;
    scores.add(ndarray(data as Uint8Array, shape.slice(0, 2)), await readLabels(truth, nyuClasses[classes].from40));
  }
  return { images: pairs.length, ...scores.figures };
}
