import ndarray, { type NdArray } from 'ndarray';

/** Of the largest tap: what the column times the row may differ from the kernel. */
const TOLERANCE = 1e-6;

/**
 * Takes a kernel apart into a column `[kh, 1]` and a row `[1, kw]` whose product it is.
 *
 * @param kernel `[kh, kw]`
 * @returns undefined where it is no such product
 */
export function separated(
  kernel: NdArray<Float32Array>,
): { column: NdArray<Float32Array>; row: NdArray<Float32Array> } | undefined {
  const [height, width] = kernel.shape;
  const [top, left] = largest(kernel);
  const peak = kernel.get(top, left);
  if (peak === 0) return undefined;
  const column = Float32Array.from({ length: height }, (_, y) => kernel.get(y, left));
  const row = Float32Array.from({ length: width }, (_, x) => kernel.get(top, x) / peak);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (Math.abs(column[y] * row[x] - kernel.get(y, x)) > TOLERANCE * Math.abs(peak)) return undefined;
    }
  }
  return { column: ndarray(column, [height, 1]), row: ndarray(row, [1, width]) };
}

/** Where the tap of the largest magnitude is. */
function largest(kernel: NdArray<Float32Array>): [y: number, x: number] {
  const [height, width] = kernel.shape;
  let at: [number, number] = [0, 0];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) if (Math.abs(kernel.get(y, x)) > Math.abs(kernel.get(...at))) at = [y, x];
  }
  return at;
}
