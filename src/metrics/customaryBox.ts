/** Rows `top..bottom - 1` and columns `left..right - 1`. */
export interface Box {
  top: number;
  bottom: number;
  left: number;
  right: number;
}

/**
 * The part of a picture that is scored. In NYU Depth v2's 640x480 frames, whose border the depth camera does not see, it is rows 45..471
 * and columns 41..601, counted from one, as in published tables; in any other size it is the whole.
 */
export function customaryBox(height: number, width: number): Box {
  if (height === 480 && width === 640) return { top: 44, bottom: 471, left: 40, right: 601 };
  return { top: 0, bottom: height, left: 0, right: width };
}
