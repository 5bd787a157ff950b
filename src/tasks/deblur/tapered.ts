import type { Plane } from './plane.js';

/**
 * Continues a plane to a larger size that goes round without a jump: beyond its right and lower edges it is mirrored, and passes
 * gradually over into what is mirrored at the opposite ones.
 */
export function tapered({ data, height, width }: Plane, size: Pick<Plane, 'height' | 'width'>): Float32Array {
  const rows = mixtures(height, size.height);
  const columns = mixtures(width, size.width);
  const wide = new Float32Array(size.height * size.width);
  let i = 0;
  for (const [above, below, share] of rows) {
    for (const [left, right, part] of columns) {
      const upper = (1 - part) * data[above * width + left] + part * data[above * width + right];
      const lower = (1 - part) * data[below * width + left] + part * data[below * width + right];
      wide[i++] = (1 - share) * upper + share * lower;
    }
  }
  return wide;
}

/** For each place along a side: the two places that it is mixed of, and the share of the second. */
function mixtures(length: number, whole: number): [first: number, second: number, share: number][] {
  const beyond = whole - length;
  const last = length - 1;
  return Array.from({ length: whole }, (_, i) => {
    if (i < length) return [i, i, 0];
    const distance = i - last;
    const share = distance / (beyond + 1);
    return [Math.max(0, last - distance), Math.min(last, whole - i), share * share * (3 - 2 * share)];
  });
}
