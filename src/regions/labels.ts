import type { NdArray } from 'ndarray';

/** A region a pixel, `[height, width]`, row by row: 0 is none (a border), 1 and up are regions. */
export type Labels = NdArray<Uint32Array>;

/** The largest label, which is the number of regions where they are numbered without gaps. */
export function largestLabel({ data }: Labels): number {
  let largest = 0;
  for (let i = 0; i < data.length; i++) if (data[i] > largest) largest = data[i];
  return largest;
}

/** Pixels of each label, 0 included. */
export function areasOf(labels: Labels): Uint32Array {
  const areas = new Uint32Array(largestLabel(labels) + 1);
  for (let i = 0; i < labels.data.length; i++) areas[labels.data[i]]++;
  return areas;
}
