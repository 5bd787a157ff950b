import type { Picture } from './items.js';

/** Pictures of this size together are in a stage at one time; a larger one is there alone. */
export const PICTURES_CAPACITY = 200e6;

/** What a picture takes in memory. */
export function pictureBytes({ raster: { pixels, alpha } }: Picture): number {
  return pixels.data.byteLength + (alpha?.data.byteLength ?? 0);
}
