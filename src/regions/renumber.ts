import ndarray from 'ndarray';
import { areasOf, type Labels } from './labels.js';

/** Which regions stay, and in which order they are numbered. */
export interface RenumberOptions {
  /** Regions of fewer pixels become 0. @default 1 */
  minSize?: number;
  /** `place`: by their labels, which keeps the order of rows; `size`: the largest first, then by their labels. @default 'place' */
  order?: 'place' | 'size';
}

/** The regions that are large enough, numbered from 1 without gaps. */
export function renumber(labels: Labels, { minSize = 1, order = 'place' }: RenumberOptions = {}): Labels {
  const areas = areasOf(labels);
  const kept: number[] = [];
  for (let label = 1; label < areas.length; label++) if (areas[label] >= Math.max(1, minSize)) kept.push(label);
  if (order === 'size') kept.sort((a, b) => areas[b] - areas[a] || a - b);
  const numbers = new Uint32Array(areas.length);
  kept.forEach((label, i) => {
    numbers[label] = i + 1;
  });
  const data = new Uint32Array(labels.data.length);
  for (let i = 0; i < data.length; i++) data[i] = numbers[labels.data[i]];
  return ndarray(data, [...labels.shape]);
}
