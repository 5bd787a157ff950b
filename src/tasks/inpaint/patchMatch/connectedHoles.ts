import ndarray from 'ndarray';
import type { Window } from '../../../images/readWindow.js';
import type { HoleMask } from '../holeMask.js';

/** Pixels of a hole that touch each other, also by their corners. */
export interface ConnectedHole {
  /** The rectangle that it just fits into. */
  box: Window;
  /** As of the whole picture, but to be asked within the box alone: not 0 where the hole is. */
  mask: HoleMask;
  /** Row by row numbers in the whole picture, in no order. */
  pixels: readonly number[];
}

/** The holes of a mask one by one, from above. */
export function* connectedHoles({ data, shape: [height, width] }: HoleMask): Generator<ConnectedHole> {
  const left = data.slice();
  for (let i = 0; i < left.length; i++) {
    if (left[i] === 0) continue;
    left[i] = 0;
    const found = [i];
    let [top, bottom, first, last] = [height, 0, width, 0];
    for (let n = 0; n < found.length; n++) {
      const [y, x] = [Math.floor(found[n] / width), found[n] % width];
      [top, bottom, first, last] = [Math.min(top, y), Math.max(bottom, y), Math.min(first, x), Math.max(last, x)];
      for (let row = Math.max(0, y - 1); row <= Math.min(height - 1, y + 1); row++) {
        for (let column = Math.max(0, x - 1); column <= Math.min(width - 1, x + 1); column++) {
          const other = row * width + column;
          if (left[other] === 0) continue;
          left[other] = 0;
          found.push(other);
        }
      }
    }
    const box = { y: top, x: first, height: bottom - top + 1, width: last - first + 1 };
    const inBox = new Uint8Array(box.height * box.width);
    for (const at of found) inBox[(Math.floor(at / width) - top) * box.width + (at % width) - first] = 255;
    // A view that begins at the box: so much before its data lies the upper left corner of the picture.
    const mask = ndarray(inBox, [height, width], [box.width, 1], -(top * box.width + first));
    yield { box, mask, pixels: found };
  }
}
