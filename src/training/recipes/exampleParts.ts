import type { ExampleFiles } from '../datasets/exampleFiles.js';
import type { CroppedPair } from '../datasets/pairedCrops.js';

/** The pictures that come with their truth. */
export function pairsOf(files: readonly ExampleFiles[]): CroppedPair[] {
  return files.flatMap(({ image, truth, crop }) => (truth === undefined ? [] : [{ input: image, truth, crop }]));
}

/** The pictures that come without. */
export function photosOf(files: readonly ExampleFiles[]): string[] {
  return files.flatMap(({ image, truth }) => (truth === undefined ? [image] : []));
}
