import type { DepthFigures } from '../../../metrics/depth.js';
import { evaluationCommand } from '../../evaluationCommand.js';
import { photosWithTruth, TRUTH } from './photosWithTruth.js';

interface DepthArgs {
  truth: string;
  focal?: string;
  scale: 'none' | 'median';
}

/** `perpixel eval depth PHOTOS --truth DEPTH`: the eight figures that papers give. */
export const evalDepthCommand = evaluationCommand<DepthArgs, DepthFigures & { scale: string }>({
  task: 'depth',
  modelTask: ['scene', 'depth'],
  describe: 'Depth against what a depth camera measured',
  pictures: 'Folders of photos, or lists of paths',
  options: {
    truth: { ...TRUTH, describe: 'Folder of their depth: 16-bit pictures of the same names, millimetres, 0 unknown' },
    focal: { type: 'string', requiresArg: true, describe: 'As in depth' },
    scale: {
      choices: ['none', 'median'] as const,
      default: 'none',
      describe: "median: each picture multiplied so that its median is the truth's",
    },
  },
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
    const { evaluateDepth } = await import('../../../tasks/depth/evaluate.js');
    const pairs = await photosWithTruth(pictures, truth);
    yield { scale, ...(await evaluateDepth(pairs, { ...context, focal, scale })) };
  },
});
