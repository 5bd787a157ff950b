import path from 'node:path';
import ndarray from 'ndarray';
import * as z from 'zod';
import { camvidClasses } from '../../geometry/camvidClasses.js';
import { nyuClasses } from '../../geometry/nyuClasses.js';
import { readRaster } from '../../images/readRaster.js';
import { type LabelFigures, LabelScores } from '../../metrics/labels.js';
import type { Evaluation, EvaluationContext } from '../evaluation/evaluation.js';
import { photosWithTruth } from '../evaluation/pictures.js';
import { readLabels } from '../evaluation/truths.js';
import { regionKinds } from './regionKinds.js';
import { type LabelsOptions, labels } from './task.js';

/**
 * Pixel and class accuracy and Jaccard indices over all labelled pixels of a set.
 *
 * @param pairs a photo and a picture of its size: indoors with the 40 official classes of NYU Depth v2, 0 where void; of a
 *   street with CamVid's as SegNet numbers them, 11 where void
 */
async function evaluateLabels(
  pairs: readonly (readonly [photo: string, truth: string])[],
  options: Omit<LabelsOptions, 'confidence'>,
  { predict, signal }: EvaluationContext,
): Promise<LabelFigures & { images: number; classes: number }> {
  const { classes, scene } = options;
  const isStreet = scene === 'street';
  const count = isStreet ? camvidClasses.names.length - 1 : classes;
  const scores = new LabelScores({ classes: count });
  for (const [photo, truth] of pairs) {
    signal?.throwIfAborted();
    const { value } = await predict(await readRaster(photo), labels, options, { file: path.basename(photo) });
    const known = await readLabels(truth, isStreet ? camvidClasses.fromFile : nyuClasses[classes].from40);
    scores.add(ndarray(value.data, value.shape.slice(0, 2)), known);
  }
  return { images: pairs.length, classes: count, ...scores.figures };
}

const options = z.object({
  truth: z
    .string()
    .describe(
      'Folder of pictures of the same names and sizes: indoors of the 40 official classes, 0 void; of streets ' +
        "SegNet's numbers of CamVid's classes, 11 void",
    ),
  scene: z.enum(['indoor', 'street']).default('indoor').describe('As in labels'),
  depth: z.string().optional().describe('As in labels'),
  focal: z.string().optional().describe('As in labels'),
  regions: z.enum(regionKinds).optional().describe('As in labels'),
  classes: z
    .array(z.literal([4, 13, 40]))
    .default([4, 13, 40])
    .describe('As in labels'),
});

/** `perpixel eval labels PHOTOS --truth LABELS`: accuracies and Jaccard indices. */
export const evaluation: Evaluation<z.output<typeof options>, LabelFigures & { images: number; classes: number }> = {
  summary: 'Labels against those that people gave',
  pictures: 'Folders of photos, or lists of paths',
  options,
  examples: [
    ['labels nyu/rgb --truth nyu/labels40 --classes 40', 'Percentages over all labelled pixels'],
    ['labels nyu/rgb --truth nyu/labels40 --depth nyu/depth', 'With measured depth'],
  ],
  columns: {
    classes: ({ classes }) => classes,
    images: ({ images }) => images,
    pixel: ({ pixel }) => pixel.toFixed(2),
    class: ({ class: accuracy }) => accuracy.toFixed(2),
    'freq Jacc': ({ frequencyJaccard }) => frequencyJaccard.toFixed(2),
    'mean Jacc': ({ meanJaccard }) => meanJaccard.toFixed(2),
  },
  async *evaluate({ pictures, truth, classes, ...asked }, context) {
    const pairs = await photosWithTruth(pictures, truth);
    for (const count of asked.scene === 'street' ? classes.slice(0, 1) : classes) {
      yield await evaluateLabels(pairs, { ...asked, classes: count }, context);
    }
  },
};
