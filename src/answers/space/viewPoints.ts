import { whiteOf } from '../../images/readWindow.js';
import type { Beside, MapArray } from '../answer.js';

/** What a float32 holds. */
const LARGEST = 3.4e38;

/** What has to be known of a camera to put its pixels into space. */
export interface Pinhole {
  /** Focal length in pixels of the whole photo; the axis is in its middle. */
  focal: number;
}

/** Pixels of a photo in space: metres, x right, y up, z to the viewer, who is at 0. */
export interface ViewPoints {
  rows: number;
  columns: number;
  /** `[rows, columns, 3]`, row by row; all 0, where the viewer is, of a pixel whose depth is no number. */
  positions: Float32Array;
  /** `[rows, columns, 3]`, 0..1 as the photo has them. */
  colours: Float32Array;
}

/**
 * The pixels of a depth map as points in space with the photo's colours: every one, or where those are too many every second, third, ...
 *
 * @param most points at the most
 */
export function viewPoints(
  depth: MapArray,
  { facts: { focal }, photo: { pixels }, size, window }: Beside<Pinhole>,
  most: number,
): ViewPoints {
  const [height, width] = depth.shape;
  const step = Math.max(1, Math.ceil(Math.sqrt((height * width) / most)));
  const [rows, columns] = [Math.ceil(height / step), Math.ceil(width / step)];
  const [middle, axis] = [size[1] / 2, size[0] / 2];
  const white = whiteOf(pixels.data);
  const blue = Math.min(2, pixels.shape[2] - 1);
  const positions = new Float32Array(rows * columns * 3);
  const colours = new Float32Array(rows * columns * 3);
  for (let row = 0, to = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++, to += 3) {
      const [y, x] = [row * step, column * step];
      const metres = depth.data[y * width + x];
      const point = [
        ((window.x + x + 0.5 - middle) / focal) * metres,
        ((axis - window.y - y - 0.5) / focal) * metres,
        -metres,
      ];
      if (point.every((value) => Math.abs(value) <= LARGEST)) positions.set(point, to);
      for (let c = 0; c < 3; c++) colours[to + c] = pixels.get(y, x, Math.min(c, blue)) / white;
    }
  }
  return { rows, columns, positions, colours };
}
