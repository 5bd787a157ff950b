import type { HoleMask } from '../../../src/tasks/inpaint/holeMask.js';
import { holeMask } from '../../../src/tasks/inpaint/holeMask.js';

/** A mask as it is drawn: `#` is a hole. */
export function maskOf(...rows: string[]): HoleMask {
  return holeMask([rows.length, rows[0].length], (y, x) => rows[y][x] === '#');
}

/** A mask as `maskOf` has it. */
export function drawn({ data, shape: [height, width] }: HoleMask): string[] {
  return Array.from({ length: height }, (_, y) =>
    Array.from(data.subarray(y * width, (y + 1) * width), (value) => (value === 0 ? '.' : '#')).join(''),
  );
}
