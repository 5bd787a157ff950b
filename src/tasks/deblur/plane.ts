/** One channel of a picture, row by row. */
export interface Plane {
  readonly height: number;
  readonly width: number;
  readonly data: Float32Array;
}

/** A plane of zeros with this one in it, its upper left corner at `top`, `left`. */
export function placed(part: Plane, { height, width }: Omit<Plane, 'data'>, top = 0, left = 0): Float32Array {
  const data = new Float32Array(height * width);
  for (let y = 0; y < part.height; y++) {
    data.set(part.data.subarray(y * part.width, (y + 1) * part.width), (top + y) * width + left);
  }
  return data;
}

/** A part of a plane: a copy. */
export function cut(
  { data, width: whole }: Plane,
  { top = 0, left = 0, height, width }: { top?: number; left?: number; height: number; width: number },
): Plane {
  const part = new Float32Array(height * width);
  for (let y = 0; y < height; y++) {
    const from = (top + y) * whole + left;
    part.set(data.subarray(from, from + width), y * width);
  }
  return { height, width, data: part };
}
