/** How a network that works patch by patch goes over a picture. */
export interface PatchGeometry {
  /** Side of the square that the network sees. */
  patchIn: number;
  /** Side of the square, in its middle, that it predicts; as even or odd as patchIn. */
  patchOut: number;
  /** Pixels from one window to the next; not more than patchOut. */
  stride: number;
}

/** What tiling must know of it: no pixel sees further than `receptiveRadius`, and tiles begin at multiples of `stride`. */
export function tilingOf({ patchIn, patchOut, stride }: PatchGeometry): { stride: number; receptiveRadius: number } {
  // The window that predicts a pixel as the last of its patch begins so far before it.
  return { stride, receptiveRadius: (patchIn - patchOut) / 2 + patchOut - 1 };
}
