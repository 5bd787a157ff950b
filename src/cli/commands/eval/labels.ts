import type { LabelFigures } from '../../../metrics/labels.js';
import type { LabelsOptions } from '../../../tasks/labels/task.js';
import { evaluationCommand } from '../../evaluationCommand.js';
import { photosWithTruth, TRUTH } from './photosWithTruth.js';

interface LabelsArgs extends Pick<LabelsOptions, 'scene' | 'depth' | 'focal'> {
  truth: string;
  classes: LabelsOptions['classes'][];
}

/** `perpixel eval labels PHOTOS --truth LABELS`: accuracies and Jaccard indices. */
export const evalLabelsCommand = evaluationCommand<LabelsArgs, LabelFigures & { images: number; classes: number }>({
  task: 'labels',
  modelTask: ['scene', 'labels'],
  describe: 'Labels against those that people gave',
  pictures: 'Folders of photos, or lists of paths',
  options: {
    truth: {
      ...TRUTH,
      describe:
        'Folder of pictures of the same names and sizes: indoors of the 40 official classes, 0 void; of streets ' +
        "SegNet's numbers of CamVid's classes, 11 void",
    },
    scene: { choices: ['indoor', 'street'] as const, default: 'indoor', describe: 'As in labels' },
    depth: { type: 'string', requiresArg: true, describe: 'As in labels' },
    focal: { type: 'string', requiresArg: true, describe: 'As in labels' },
    classes: { type: 'number', array: true, choices: [4, 13, 40], default: [4, 13, 40], describe: 'As in labels' },
  },
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
  async *evaluate({ pictures, truth, classes, scene, depth, focal }, context) {
    const { evaluateLabels } = await import('../../../tasks/labels/evaluate.js');
    const pairs = await photosWithTruth(pictures, truth);
    for (const count of scene === 'street' ? classes.slice(0, 1) : classes) {
      yield await evaluateLabels(pairs, { ...context, classes: count, scene, depth, focal });
    }
  },
});
