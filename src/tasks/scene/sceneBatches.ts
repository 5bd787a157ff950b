import { mapped } from '../../images/mapped.js';
import { STILL } from '../../training/augmentation/pose.js';
import { drawnBatches } from '../../training/datasets/batchOf.js';
import { classMaps } from '../../training/datasets/classMaps.js';
import type { Dataset, Sample } from '../../training/datasets/dataset.js';
import { sceneCrops } from '../../training/datasets/sceneCrops.js';
import type { DrawOptions } from '../../training/learnable.js';
import type { GeometryExamples, LabelExamples } from './examples.js';

/**
 * Batches of scenes, augmented: `image`, and as far as the network answers them `depth` (the natural logarithm of metres),
 * `normals` and `labels`, each with the mask of where it is known. Depth and normals that the network is given beside the
 * picture are inputs, 0 where they are not known.
 */
export default async function sceneBatches(options: DrawOptions<GeometryExamples | LabelExamples>) {
  const { files, examples, height, width, still, camera, inputNames, outputNames } = options;
  const areLabels = 'labelFiles' in examples;
  const dataset = await sceneCrops(
    files.map(({ image, truth, depth }) => (areLabels ? { image, labels: truth, depth } : { image, depth: truth })),
    {
      height,
      width,
      camera,
      normalsWindow: [...inputNames, ...outputNames].includes('normals') ? examples.normalsWindow : undefined,
      classOf: areLabels ? classMaps[examples.labelFiles] : undefined,
      balance: areLabels ? examples.balance : undefined,
      augmentation: still ? STILL : { scale: [1, examples.zoom] },
    },
  );
  const sorted: Dataset = { ...dataset, sample: (random) => sortedSample(dataset.sample(random), options) };
  return drawnBatches(sorted, options);
}

function sortedSample(
  { inputs, targets, masks }: Sample,
  { inputNames, outputNames }: Pick<DrawOptions, 'inputNames' | 'outputNames'>,
): Sample {
  const { depth } = targets;
  const known = { ...targets, ...(depth && { depth: mapped(depth, (metres) => (metres > 0 ? Math.log(metres) : 0)) }) };
  const only = <T>(values: Record<string, T>, names: readonly string[]) =>
    Object.fromEntries(Object.entries(values).filter(([name]) => names.includes(name)));
  return {
    inputs: { ...inputs, ...only(known, inputNames) },
    targets: only(known, outputNames),
    masks: only(masks, outputNames),
  };
}
