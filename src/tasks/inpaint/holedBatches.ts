import { holes } from '../../degradations/holes.js';
import { drawnBatches } from '../../training/datasets/batchOf.js';
import type { DrawOptions } from '../../training/learnable.js';
import { restorationCrops } from '../restoration/restorationCrops.js';
import type { HoledExamples } from './examples.js';

/** Batches for inpainting: `image`, 0 in the holes, `mask`, 1 in the holes, and `clean`, which counts in the holes. */
export default async function holedBatches(options: DrawOptions<HoledExamples>) {
  const kind = options.examples.holes === 'mixed' ? undefined : options.examples.holes;
  const dataset = await restorationCrops(options, (clean, random) => {
    const { holed, mask } = holes(clean, random, kind);
    return { inputs: { image: holed, mask }, targets: { clean }, masks: { clean: mask } };
  });
  return drawnBatches(dataset, options);
}
