import ndarray from 'ndarray';
import { classColour } from '../../answers/classColour.js';
import { PerpixelError } from '../../core/errors.js';
import type { Pixels } from '../../images/raster.js';
import { pixelwiseSoftmax } from '../../losses/pixelwiseSoftmax.js';
import { LabelScores } from '../../metrics/labels.js';
import type { Learnable } from '../../training/learnable.js';
import { type LabelExamples, labelExamples } from '../scene/examples.js';

/** Semantic labels: a class a pixel, 0 is void and does not count. The loss is the softmax cross-entropy, weighted by the mask. */
export const labels: Learnable<LabelExamples> = {
  name: 'labels',
  examples: labelExamples,
  truth: ['labels'],
  batches: new URL('../scene/sceneBatches.js', import.meta.url),
  network: 'scene-pyramid',
  answer: 'labels',
  loss: (outputs, { targets, masks }) => pixelwiseSoftmax(outputs.labels, targets.labels, masks.labels),
  scores({ outputs, targets }) {
    const scores = new LabelScores({ classes: outputs.labels.shape[2] });
    scores.add(classesOf(outputs.labels), classesOf(targets.labels));
    return { 'pixel accuracy': scores.figures.pixel / 100 };
  },
  picture(pixels) {
    const { data, shape } = classesOf(pixels);
    return ndarray(Float32Array.from([...data].flatMap(classColour)), [...shape, 3]);
  },
  check({ files, inputNames, outputNames }) {
    // Where there are labels, they are the truth, and depth stands beside them.
    const asked = [...inputNames, ...outputNames].some((name) => name === 'depth' || name === 'normals');
    const lacking = asked && files.find(({ depth }) => depth === undefined);
    if (!lacking) return;
    throw new PerpixelError({
      code: 'E_DATA',
      subject: lacking.image,
      received: 'no depth beside the labels',
      expected: 'depth, which the network is given or is to say',
      cure: 'Train on a set that has both (--layout nyu), or without withGeometry, or on labels alone.',
    });
  },
};

/** Class ids `[h, w]` of ids `[h, w, 1]`, or of a score a class `[h, w, classes]`. */
function classesOf({ data, shape: [height, width, channels] }: Pixels) {
  const ids = Uint8Array.from({ length: height * width }, (_, i) => {
    if (channels === 1) return data[i];
    const own = data.subarray(i * channels, (i + 1) * channels);
    return own.indexOf(Math.max(...own)) + 1;
  });
  return ndarray(ids, [height, width]);
}
