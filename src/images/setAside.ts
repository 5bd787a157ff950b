import { PerpixelError } from '../core/errors.js';
import type { Raster } from './raster.js';

/** Float samples beyond this are no light that anybody measured, and their squares would not be finite in a network. */
const LARGEST = 1e6;

/**
 * Takes the samples out of a picture that no computation bears: NaN, infinities, and numbers beyond a million. Each is
 * replaced by its neighbour to the left, else by the one to the right, else by the row above or below, so that no other sample
 * changes for it.
 *
 * @returns puts them back where they stood; `unlessChanged` leaves those out whose stand-in was written over meanwhile, as
 *   where a task fills holes
 * @throws PerpixelError E_FORMAT where a channel has no other samples
 */
export function setAside({ pixels }: Pick<Raster, 'pixels'>): (options?: { unlessChanged?: boolean }) => void {
  const { data, shape, stride, offset } = pixels;
  const found: number[] = [];
  if (data instanceof Float32Array) {
    for (let i = 0; i < data.length; i++) if (!isUsable(data[i])) found.push(i);
  }
  if (found.length === 0) return () => {};
  const values = found.map((i) => data[i]);
  const [height, width, channels] = shape;
  for (let c = 0; c < channels; c++) {
    const at = (y: number, x: number) => offset + y * stride[0] + x * stride[1] + c * stride[2];
    const isRowFilled = Array.from({ length: height }, (_, y) => fillLine(data, width, (x) => at(y, x)));
    if (!isRowFilled.includes(true)) throw noNumbers();
    if (!isRowFilled.includes(false)) continue;
    for (let x = 0; x < width; x++) fillLine(data, height, (y) => at(y, x));
  }
  const standIns = found.map((i) => data[i]);
  return ({ unlessChanged = false } = {}) => {
    found.forEach((i, n) => {
      if (!unlessChanged || data[i] === standIns[n]) data[i] = values[n];
    });
  };
}

const isUsable = (value: number): boolean => Math.abs(value) <= LARGEST;

/** @returns whether any sample of the line was usable */
function fillLine(data: Raster['pixels']['data'], length: number, at: (i: number) => number): boolean {
  let last: number | undefined;
  for (let i = 0; i < length; i++) {
    if (isUsable(data[at(i)])) {
      // What stands before the first usable sample takes that.
      if (last === undefined) for (let before = 0; before < i; before++) data[at(before)] = data[at(i)];
      last = data[at(i)];
    } else if (last !== undefined) data[at(i)] = last;
  }
  return last !== undefined;
}

function noNumbers(): PerpixelError {
  return new PerpixelError({
    code: 'E_FORMAT',
    received: 'a channel whose samples are all NaN, infinite or beyond a million',
    expected: 'numbers, 0 for black and 1 for white',
    cure: 'Look at what wrote the file, or scale it first.',
  });
}
