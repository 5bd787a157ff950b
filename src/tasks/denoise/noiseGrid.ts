import ndarray from 'ndarray';
import { PerpixelError } from '../../core/errors.js';
import type { Session } from '../../engines/engine.js';
import { averaged } from '../../images/averaged.js';
import { padReflect } from '../../images/padReflect.js';
import type { Pixels, Raster } from '../../images/raster.js';
import { readWindow } from '../../images/readWindow.js';
import { toTensor } from '../toTensor.js';

/** How strong the noise of a photo is, from place to place. */
export interface NoiseGrid {
  /**
   * `[rows, columns, 2]`, a sample for each 16 x 16 pixels: standard deviations in luma (Y of BT.601) and in chroma (the root mean square
   * of Cb and Cr), 0..1 units.
   */
  levels: Pixels;
  /** Root mean squares over the photo. */
  luma: number;
  chroma: number;
  /** Of luma, over the darker and the lighter half of the photo. */
  shadows: number;
  lights: number;
}

const CELL = 16;
/** Cells each way that the estimator sees at once. */
const WINDOW = 64;

/**
 * The noise of a photo as the estimator sees it: a network that learnt what noise cameras, films and files leave, correlated as it may be,
 * beside texture that looks like it. Seen in parts, so that a large photo takes no more memory than one of a megapixel; of the photo
 * itself a grid is kept.
 *
 * @param estimator takes `image` and answers `noise` `[1, 2, h, w]`, as noise-estimator.onnx
 */
export async function noiseGrid(
  raster: Pick<Raster, 'pixels'>,
  session: Pick<Session, 'model' | 'run'>,
  signal?: AbortSignal,
): Promise<NoiseGrid> {
  const { card } = session.model;
  const [height, width, channels] = raster.pixels.shape;
  const [rows, columns] = [Math.ceil(height / CELL), Math.ceil(width / CELL)];
  const levels = ndarray(new Float32Array(rows * columns * 2), [rows, columns, 2]);
  const margin = Math.ceil(card.receptiveRadius / CELL);
  const step = WINDOW - 2 * margin;
  for (const down of spans(rows, step, margin)) {
    for (const across of spans(columns, step, margin)) {
      signal?.throwIfAborted();
      const seen = readWindow(raster, {
        y: down.start * CELL,
        x: across.start * CELL,
        height: Math.min(height, down.end * CELL) - down.start * CELL,
        width: Math.min(width, across.end * CELL) - across.start * CELL,
      });
      const window = padReflect(seen, { bottom: -seen.shape[0] & (CELL - 1), right: -seen.shape[1] & (CELL - 1) });
      // Of a colour network a grey photo is asked as one whose channels are alike.
      const { noise } = await session.run({ image: toTensor(window, card) }, { signal });
      requireLevels(noise?.dims, window, card.name);
      for (let y = down.from; y < down.to; y++) {
        for (let x = across.from; x < across.to; x++) {
          for (let c = 0; c < 2; c++) {
            levels.set(y, x, c, cellMean(noise, c, (y - down.start) * CELL, (x - across.start) * CELL));
          }
        }
      }
    }
  }
  return { levels, ...summary(levels, averaged(raster, Math.min(rows, height), Math.min(columns, width)), channels) };
}

/** The cells of an axis in parts: what each sees, and what it answers for. */
function spans(cells: number, step: number, margin: number) {
  const parts = Math.max(1, Math.ceil((cells - 2 * margin) / step));
  const inner = Math.ceil(cells / parts);
  return Array.from({ length: parts }, (_, i) => {
    const from = i * inner;
    const to = Math.min(cells, from + inner);
    return { from, to, start: Math.max(0, from - margin), end: Math.min(cells, to + margin) };
  }).filter(({ from, to }) => from < to);
}

/** Root mean square over a cell. */
function cellMean(
  { data, dims }: { data: Float32Array; dims: readonly number[] },
  plane: number,
  y: number,
  x: number,
) {
  const [, , height, width] = dims;
  let sum = 0;
  for (let row = y; row < y + CELL; row++) {
    const at = (plane * height + row) * width + x;
    for (let i = at; i < at + CELL; i++) sum += data[i] ** 2;
  }
  return Math.sqrt(sum) / CELL;
}

function summary({ data }: Pixels, brightness: Pixels, channels: number): Omit<NoiseGrid, 'levels'> {
  const cells = data.length / 2;
  const order = Array.from({ length: cells }, (_, i) => i);
  const light = order.map((i) => {
    let sum = 0;
    for (let c = 0; c < channels; c++) sum += brightness.data[i * channels + c];
    return sum;
  });
  order.sort((a, b) => light[a] - light[b]);
  const level = (of: readonly number[], plane: number) =>
    Math.sqrt(of.reduce((sum, i) => sum + data[2 * i + plane] ** 2, 0) / Math.max(1, of.length));
  const middle = Math.ceil(cells / 2);
  return {
    luma: level(order, 0),
    chroma: level(order, 1),
    shadows: level(order.slice(0, middle), 0),
    lights: level(order.slice(cells - middle), 0),
  };
}

/** @throws PerpixelError E_MODEL */
function requireLevels(dims: readonly number[] | undefined, { shape: [height, width] }: Pixels, model: string): void {
  if (dims && [1, 2, height, width].every((size, axis) => dims[axis] === size)) return;
  throw new PerpixelError({
    code: 'E_MODEL',
    subject: model,
    received: `an output noise of ${dims?.join(' x ') ?? 'no size'}`,
    expected: `1 x 2 x ${height} x ${width}, levels of luma and chroma at each pixel`,
    cure: 'Install perpixel again, or restore the file from its repository.',
  });
}
