import type { Picture } from './items.js';

/** Pictures of this size together are in a stage at one time; a larger one is there alone. */
export const PICTURES_CAPACITY = 200e6;

/** What a picture and the results beside it take in memory. */
export function pictureBytes({ raster: { pixels, alpha }, results }: Picture): number {
  const beside = results.map(
    ({ value }) => (value as { data?: Partial<ArrayBufferView> } | undefined)?.data?.byteLength ?? 0,
  );
  return beside.reduce((sum, bytes) => sum + bytes, pixels.data.byteLength + (alpha?.data.byteLength ?? 0));
}
