import { PerpixelError } from '../../core/errors.js';
import type { CroppedPair } from './pairedCrops.js';
import { pairs } from './pairs.js';
import { camvid, isbi2012, lsp, nyuTrain, rainPairs, restorationPhotos } from './presets.js';
import { requireSeveral } from './requireSeveral.js';

/** The files that one example is made of. */
export interface ExampleFiles {
  image: string;
  /** What the network should say, where that is not made from the picture itself: pairs and clean photos may be mixed. */
  truth?: string;
  /** Depth beside labels, for networks that are given it. */
  depth?: string;
  /** The part of the truth that the picture shows, where not all. */
  crop?: CroppedPair['crop'];
}

/** What stands in the files of truth; `none` where the picture itself is what a network should say. */
export type TruthKind = 'none' | 'clean' | 'depth' | 'labels' | 'joints' | 'cells';

/** Where examples lie: pictures of your own, or a folder with a well-known set in its own layout (see presets.ts). */
export type Source =
  | { layout: 'folder'; pictures: readonly string[]; truths?: readonly string[] }
  | { layout: Exclude<Layout, 'folder'>; folder: string };

/** How a set's files lie in its folder: any pictures, or as the set is distributed. */
export type Layout = 'folder' | 'bsds' | 'rain100' | 'rain100l' | 'rain100h' | 'nyu' | 'camvid' | 'isbi2012' | 'lsp';

const sets: Record<
  Exclude<Layout, 'folder'>,
  Partial<Record<TruthKind, (folder: string) => Promise<ExampleFiles[]>>>
> = {
  bsds: { none: async (folder) => (await restorationPhotos(folder)).map((image) => ({ image })) },
  rain100: {
    clean: async (folder) => [
      ...[...(await rainPairs(folder, 'light')), ...(await rainPairs(folder, 'heavy'))].map(fromPair),
      ...(await restorationPhotos(folder)).map((image) => ({ image })),
    ],
  },
  rain100l: { clean: async (folder) => (await rainPairs(folder, 'light')).map(fromPair) },
  rain100h: { clean: async (folder) => (await rainPairs(folder, 'heavy')).map(fromPair) },
  nyu: {
    depth: async (folder) => (await nyuTrain(folder)).files.map(({ image, depth }) => ({ image, truth: depth })),
    labels: async (folder) =>
      (await nyuTrain(folder)).files.map(({ image, labels, depth }) => ({ image, truth: labels, depth })),
  },
  camvid: {
    labels: async (folder) => (await camvid(folder)).files.map(({ image, labels }) => ({ image, truth: labels })),
  },
  lsp: { joints: async (folder) => (await lsp(folder)).map(({ image, joints }) => ({ image, truth: joints })) },
  isbi2012: {
    labels: async (folder) => (await isbi2012(folder)).files.map(({ image, labels }) => ({ image, truth: labels })),
    cells: async (folder) => (await isbi2012(folder)).files.map(({ image, labels }) => ({ image, truth: labels })),
  },
};

/**
 * The files of a source, each picture with its truth.
 *
 * @param truth the kinds of truth that the task can learn from, the one that is preferred first
 * @throws PerpixelError E_DATA where there are fewer than two pictures, truths are missing or not of use, or the set has
 *   none of that kind
 */
export async function exampleFiles(source: Source, truth: readonly TruthKind[]): Promise<ExampleFiles[]> {
  if (source.layout === 'folder') return ownFiles(source, truth);
  const known = sets[source.layout];
  const kind = truth.find((each) => known[each]);
  if (kind === undefined) {
    throw new PerpixelError({
      code: 'E_DATA',
      subject: source.folder,
      received: `the set ${source.layout}, which has ${Object.keys(known).join(', ')}`,
      expected: `a set with ${truth.join(' or ')}`,
      cure: `Choose another set: ${Object.keys(sets)
        .filter((name) => truth.some((each) => sets[name as keyof typeof sets][each]))
        .join(', ')}.`,
    });
  }
  const files = await known[kind]!(source.folder);
  requireSeveral(files, source.folder);
  return files;
}

async function ownFiles(
  { pictures, truths }: Extract<Source, { layout: 'folder' }>,
  truth: readonly TruthKind[],
): Promise<ExampleFiles[]> {
  const kinds = truth.filter((kind) => kind !== 'none');
  if (truths === undefined && !truth.includes('none')) {
    throw new PerpixelError({
      code: 'E_DATA',
      received: 'pictures without truth',
      expected: `a folder of ${kinds.join(' or ')}, a file of the same name for every picture`,
      cure: 'Name it by --truth.',
    });
  }
  if (truths !== undefined && kinds.length === 0) {
    throw new PerpixelError({
      code: 'E_DATA',
      received: 'truths for a task that makes its own',
      expected: 'clean pictures only, which are degraded on the fly',
      cure: 'Leave --truth out.',
    });
  }
  if (truths !== undefined) return (await pairs(pictures, truths)).map(fromPair);
  requireSeveral(pictures);
  return pictures.map((image) => ({ image }));
}

const fromPair = ({ input, truth, crop }: CroppedPair): ExampleFiles => ({ image: input, truth, crop });
