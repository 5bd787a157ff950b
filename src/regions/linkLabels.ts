import ndarray from 'ndarray';
import { areasOf, type Labels, largestLabel } from './labels.js';

/** Of the smaller of two regions, so much lies in the other where they are one. */
const LEAST_SHARE = 0.5;

/**
 * Gives the regions of a slice the labels of those before them that they lie on: pairs are taken by the pixels that they share, the
 * most first, each region in one pair at the most, and none that shares less than half of the smaller one. All others are new.
 * Linear in the pixels, n log n in the pairs.
 *
 * @param before of the slice before, of the same size
 * @param labels of this slice
 * @param used the largest label that was given so far: new ones come after it
 */
export function linkLabels(before: Labels, labels: Labels, used: number): { labels: Labels; used: number } {
  const [areasBefore, areas] = [areasOf(before), areasOf(labels)];
  const shared = new Map<number, number>();
  for (let i = 0; i < labels.data.length; i++) {
    if (labels.data[i] === 0 || before.data[i] === 0) continue;
    const pair = labels.data[i] * areasBefore.length + before.data[i];
    shared.set(pair, (shared.get(pair) ?? 0) + 1);
  }
  const numbers = new Uint32Array(areas.length);
  const taken = new Set<number>();
  for (const [pair, pixels] of [...shared].sort(([a, m], [b, n]) => n - m || a - b)) {
    const [region, old] = [Math.floor(pair / areasBefore.length), pair % areasBefore.length];
    if (numbers[region] !== 0 || taken.has(old)) continue;
    if (pixels < LEAST_SHARE * Math.min(areas[region], areasBefore[old])) continue;
    numbers[region] = old;
    taken.add(old);
  }
  let last = used;
  for (let region = 1; region < areas.length; region++) {
    if (areas[region] > 0 && numbers[region] === 0) numbers[region] = ++last;
  }
  return {
    labels: ndarray(
      labels.data.map((label) => numbers[label]),
      [...labels.shape],
    ),
    used: last,
  };
}

/**
 * Links the regions of slices that come one after the other. A slice without regions is passed over; one of another size is on its own,
 * and its regions are new.
 *
 * @example
 * const link = labelLinks();
 * for (const labels of slices) write(link(labels));
 */
export function labelLinks(): (labels: Labels) => Labels {
  let before: Labels | undefined;
  let used = 0;
  return (labels) => {
    if (largestLabel(labels) === 0) return labels;
    const isSameSize = before?.shape.every((side, i) => side === labels.shape[i]) ?? false;
    const linked = linkLabels(
      isSameSize ? before! : ndarray(new Uint32Array(labels.data.length), labels.shape),
      labels,
      used,
    );
    before = linked.labels;
    used = linked.used;
    return linked.labels;
  };
}
