import ndarray from 'ndarray';
import type { Raster } from '../../images/raster.js';
import { whiteOf } from '../../images/readWindow.js';
import type { Labels } from '../../regions/labels.js';

/** How much of the slice is seen through the colours. */
const SLICE = 0.65;
/** Of the lines between cells. */
const LINE = [255, 220, 0];
/** From cell to cell, in turns of the circle of hues: the golden section, so that neighbouring numbers differ much. */
const STEP = 0.618034;

/** A slice with its cells in colours, and the lines between them. */
export function cellsPicture({ pixels }: Pick<Raster, 'pixels'>, { data, shape: [height, width] }: Labels): Raster {
  const { data: samples, stride, offset } = pixels;
  const white = whiteOf(samples);
  const bytes = new Uint8Array(height * width * 3);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const grey = Math.min(1, samples[offset + y * stride[0] + x * stride[1]] / white);
      const colour =
        data[i] === 0 ? LINE : cellColour(data[i]).map((value) => (SLICE * grey + (1 - SLICE) * value) * 255);
      bytes.set(colour, 3 * i);
    }
  }
  return { pixels: ndarray(bytes, [height, width, 3]), metadata: { format: 'png', bitDepth: 8 } };
}

function cellColour(cell: number): number[] {
  const channel = (shift: number) => 0.5 + 0.5 * Math.cos(2 * Math.PI * (cell * STEP + shift));
  return [channel(0), channel(1 / 3), channel(2 / 3)];
}
