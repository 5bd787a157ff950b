export interface ClassWeightsOptions {
  /** 0 weighs all classes the same, 1 makes them count the same in sum. */
  power: number;
  /** From the number in a file of labels to the class, 0 for void. @default the number */
  classOf?: (label: number) => number;
}

/**
 * Weights of classes against the dominance of the frequent ones: (median frequency / frequency) ** power.
 * Eigen, Fergus: Predicting depth, surface normals and semantic labels, ICCV 2015, where the power is 1 and a class's
 * frequency is that in the pictures which have it.
 *
 * @param maps labels pixel by pixel, 8 bits each
 * @returns by class; 0 for void and for classes that occur nowhere
 */
export function classWeights(
  maps: readonly Uint8Array[],
  { power, classOf = (label) => label }: ClassWeightsOptions,
): number[] {
  const pixels = new Float64Array(256);
  for (const map of maps) for (const label of map) pixels[label]++;
  const counts: number[] = [];
  for (const [label, count] of pixels.entries()) {
    if (count === 0) continue;
    const id = classOf(label);
    counts[id] = (counts[id] ?? 0) + count;
  }
  const known = counts.filter((_, id) => id > 0).sort((a, b) => a - b);
  const median = known[Math.floor(known.length / 2)];
  return Array.from(counts, (count, id) => (id > 0 && count > 0 ? (median / count) ** power : 0));
}
