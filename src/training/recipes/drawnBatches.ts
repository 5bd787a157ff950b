import { random } from '../../core/random.js';
import { type Batch, batchOf } from '../datasets/batchOf.js';
import type { Dataset } from '../datasets/dataset.js';

/** Batches of random examples of a data set; the same for the same seed and step. */
export function drawnBatches(
  dataset: Dataset,
  { seed, batch }: { seed: number; batch: number },
): (step: number) => Batch {
  return (step) => {
    const dice = random(seed, 'batch', step);
    return batchOf(Array.from({ length: batch }, () => dataset.sample(dice)));
  };
}
