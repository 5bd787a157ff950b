import ndarray from 'ndarray';
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
    if (id > 0) colours.set(colourOf(id), 3 * i);
  }
  return ndarray(colours, [height, width, 3]);
}

/** Hues a golden section apart, so that classes of neighbouring numbers differ. */
function colourOf(id: number): [number, number, number] {
  const hue = (id * 0.618034) % 1;
  const channel = (shift: number) => 0.55 + 0.4 * Math.cos(2 * Math.PI * (hue + shift));
  return [channel(0), channel(1 / 3), channel(2 / 3)];
}
