import { random } from '../../core/random.js';
import type { Pixels } from '../../images/raster.js';
import type { Dataset, Sample } from './dataset.js';

/** Pixels of several examples as one dense tensor, channels last, as tf.layers takes them. */
export interface Stack {
  /** `[batch, h, w, c]`. */
  shape: [number, number, number, number];
  data: Float32Array;
}

/** Examples stacked by name; plain objects and typed arrays, so that `prefetch` can hand it from thread to thread. */
export interface Batch {
  inputs: Record<string, Stack>;
  targets: Record<string, Stack>;
  masks: Record<string, Stack>;
}

/** Stacks examples of the same names and sizes, at least one. */
export function batchOf(samples: readonly Sample[]): Batch {
  const stacked = (part: keyof Sample) =>
    Object.fromEntries(Object.keys(samples[0][part]).map((name) => [name, stack(samples.map((s) => s[part][name]))]));
  return { inputs: stacked('inputs'), targets: stacked('targets'), masks: stacked('masks') };
}

function stack(pictures: readonly Pixels[]): Stack {
  const [height, width, channels] = pictures[0].shape;
  const data = new Float32Array(pictures.length * pictures[0].size);
  for (const [i, picture] of pictures.entries()) data.set(picture.data, i * picture.size);
  return { shape: [pictures.length, height, width, channels], data };
}

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
