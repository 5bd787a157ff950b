import ndarray from 'ndarray';
import { classColour } from '../../answers/classColour.js';
import type { Pixels } from '../../images/raster.js';

/** Each value mapped on its own. */
export function mapped({ data, shape }: Pixels, value: (v: number) => number): Pixels {
  return ndarray(data.map(value), shape);
}

/** Class ids `[h, w, 1]`, or a score a class `[h, w, classes]`, as colours; void is black. */
export function classColours({ data, shape: [height, width, channels] }: Pixels): Pixels {
  const colours = new Float32Array(height * width * 3);
  for (let i = 0; i < height * width; i++) {
    const own = data.subarray(i * channels, (i + 1) * channels);
    const id = channels === 1 ? own[0] : own.indexOf(Math.max(...own)) + 1;
    colours.set(classColour(id), 3 * i);
  }
  return ndarray(colours, [height, width, 3]);
}
