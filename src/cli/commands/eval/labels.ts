import type { LabelFigures } from '../../../metrics/labels.js';
import { evaluationCommand } from '../../evaluationCommand.js';
import { photosWithTruth, TRUTH } from './photosWithTruth.js';

interface LabelsArgs {
  truth: string;
  classes: (4 | 13 | 40)[];
}

/** `perpixel eval labels PHOTOS --truth LABELS`: accuracies and Jaccard indices. */
export const evalLabelsCommand = evaluationCommand<LabelsArgs, LabelFigures & { images: number; classes: number }>({
  task: 'labels',
  modelTask: 'scene',
  describe: 'Labels against those that people gave',
  pictures: 'Folders of photos, or lists of paths',
  options: {
    truth: { ...TRUTH, describe: 'Folder of the 40 official classes, pictures of the same names and sizes, 0 void' },
    classes: { type: 'number', array: true, choices: [4, 13, 40], default: [4, 13, 40], describe: 'As in labels' },
  },
  examples: [['labels nyu/rgb --truth nyu/labels40 --classes 40', 'Percentages over all labelled pixels']],
  columns: {
    classes: ({ classes }) => classes,
    images: ({ images }) => images,
    pixel: ({ pixel }) => pixel.toFixed(2),
    class: ({ class: accuracy }) => accuracy.toFixed(2),
    'freq Jacc': ({ frequencyJaccard }) => frequencyJaccard.toFixed(2),
    'mean Jacc': ({ meanJaccard }) => meanJaccard.toFixed(2),
  },
  async *evaluate({ pictures, truth, classes }, context) {
    const { evaluateLabels } = await import('../../evaluations/labels.js');
    const pairs = await photosWithTruth(pictures, truth);
    for (const count of classes)
      yield { classes: count, ...(await evaluateLabels(pairs, { ...context, classes: count })) };
  },
});
