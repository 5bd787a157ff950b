import path from 'node:path';
import ndarray from 'ndarray';
import { camvidClasses } from '../../geometry/camvidClasses.js';
import { nyuClasses } from '../../geometry/nyuClasses.js';
import { readRaster } from '../../images/readRaster.js';
import { type LabelFigures, LabelScores } from '../../metrics/labels.js';
import { predictScene } from '../../pipelines/run/predictScene.js';
import type { EvaluationContext } from '../evaluation/evaluationContext.js';
import { readLabels } from '../evaluation/truths.js';
import { type LabelsOptions, labels } from './task.js';

export type EvaluateLabelsOptions = EvaluationContext & LabelsOptions;

/**
 * Pixel and class accuracy and Jaccard indices over all labelled pixels of a set.
 *
 * @param pairs a photo and a picture of its size: indoors with the 40 official classes of NYU Depth v2, 0 where void; of a
 *   street with CamVid's as SegNet numbers them, 11 where void
 */
export async function evaluateLabels(
  pairs: readonly (readonly [photo: string, truth: string])[],
  { classes, scene, depth, focal, ...context }: EvaluateLabelsOptions,
): Promise<LabelFigures & { images: number; classes: number }> {
  const isStreet = scene === 'street';
  const count = isStreet ? camvidClasses.names.length - 1 : classes;
  const scores = new LabelScores({ classes: count });
  const options = { classes, scene, depth, focal };
  for (const [photo, truth] of pairs) {
    context.signal?.throwIfAborted();
    const maps = await predictScene(await readRaster(photo), [{ task: labels, options }], {
      ...context,
      photo: path.basename(photo),
    });
    const { data, shape } = maps.labels!.map;
    const known = await readLabels(truth, isStreet ? camvidClasses.fromFile : nyuClasses[classes].from40);
    scores.add(ndarray(data as Uint8Array, shape.slice(0, 2)), known);
  }
  return { images: pairs.length, classes: count, ...scores.figures };
}
