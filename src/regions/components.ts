import ndarray from 'ndarray';
import { DisjointSets } from './disjointSets.js';
import type { Labels } from './labels.js';

/**
 * Connected components of the pixels that are `inside`: pixels that share an edge belong together, those that share a corner alone
 * do not. Numbered from 1 in the order of their first pixels, row by row. Linear in time.
 *
 * @param inside row by row; not 0 inside
 */
export function components(inside: ArrayLike<number>, height: number, width: number): Labels {
  const labels = new Uint32Array(height * width);
  // No map has more pieces than a chessboard has white fields.
  const sets = new DisjointSets(Math.ceil((height * width) / 2) + 1);
  let count = 0;
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      if (!inside[i]) continue;
      const above = y > 0 ? labels[i - width] : 0;
      const before = x > 0 ? labels[i - 1] : 0;
      labels[i] = above || before || ++count;
      if (above === 0 || before === 0 || above === before) continue;
      const [a, b] = [sets.find(above), sets.find(before)];
      if (a !== b) sets.join(Math.min(a, b), Math.max(a, b));
    }
  }
  const numbers = new Uint32Array(count + 1);
  for (let label = 1, next = 0; label <= count; label++) {
    // The first label of a set stands for it, so that its number is known by now.
    const root = sets.find(label);
    numbers[label] = root === label ? ++next : numbers[root];
  }
  for (let i = 0; i < labels.length; i++) labels[i] = numbers[labels[i]];
  return ndarray(labels, [height, width]);
}
