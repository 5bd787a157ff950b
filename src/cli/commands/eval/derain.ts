import type { DerainScores, RainyPair } from '../../../tasks/derain/evaluate.js';
import { evaluationCommand } from '../../evaluationCommand.js';
import { pictureList } from '../../pictureList.js';

interface DerainArgs {
  kind: 'streaks' | 'drops' | 'dirt';
  degraded?: string;
  layout: 'folder' | 'rain100l' | 'rain100h';
  compare?: 'channels' | 'luma';
}

/** `perpixel eval derain CLEAN`: rain, drops or dirt over clean photos, and how much of it is left. */
export const evalDerainCommand = evaluationCommand<DerainArgs, DerainScores & { kind: string }>({
  task: 'derain',
  describe: 'Rain, drops or dirt over clean photos, and how much of it is left',
  pictures: 'Folders of clean photos, or lists of paths',
  options: {
    kind: { choices: ['streaks', 'drops', 'dirt'] as const, default: 'streaks', describe: 'As in derain' },
    degraded: {
      type: 'string',
      requiresArg: true,
      describe: 'Folder of the degraded photos, of the same names, instead of drawing over the clean ones',
    },
    layout: {
      choices: ['folder', 'rain100l', 'rain100h'] as const,
      default: 'folder',
      describe: 'rain100l, rain100h: test pairs of that set below the one folder named, which splits.json there lists',
    },
    compare: {
      choices: ['channels', 'luma'] as const,
      describe: 'All channels, or the Y of BT.601 (16..235) as papers on rain do [default: luma for streaks]',
    },
  },
  examples: [
    ['derain data --layout rain100l', 'The test pairs of Rain100L'],
    ['derain CBSD68 --kind dirt', 'Dirt drawn over clean photos, the same each time'],
    ['derain CBSD68 --degraded CBSD68', 'How much clean photos suffer'],
  ],
  columns: {
    kind: ({ kind }) => kind,
    images: ({ images }) => images,
    rainy: ({ rainyPsnr }) => rainyPsnr.toFixed(2),
    'rainy ssim': ({ rainySsim }) => rainySsim.toFixed(4),
    psnr: ({ psnr }) => psnr.toFixed(3),
    ssim: ({ ssim }) => ssim.toFixed(4),
  },
  async *evaluate({ pictures, kind, degraded, layout, compare }, context) {
    const { evaluateDerain } = await import('../../../tasks/derain/evaluate.js');
    const pairs = await pairsOf({ pictures, degraded, layout });
    const scores = await evaluateDerain(pairs, {
      ...context,
      kind,
      compare: compare ?? (kind === 'streaks' ? 'luma' : 'channels'),
    });
    yield { kind, ...scores };
  },
});

async function pairsOf({
  pictures,
  degraded,
  layout,
}: Pick<DerainArgs, 'degraded' | 'layout'> & { pictures: string[] }): Promise<RainyPair[]> {
  if (layout !== 'folder') {
    const { rainPairs } = await import('../../../training/datasets/presets.js');
    return rainPairs(pictures[0], layout === 'rain100l' ? 'light' : 'heavy', 'test-a');
  }
  const photos = await pictureList(pictures);
  if (degraded === undefined) return photos.map((truth) => ({ truth }));
  const { sameNames } = await import('../../../tasks/evaluation/pictures.js');
  const inputs = await sameNames(photos, degraded);
  return photos.map((truth, i) => ({ truth, input: inputs[i] }));
}
