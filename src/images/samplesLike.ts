import type { Samples } from './raster.js';

/** Room for so many samples, at the depth of others: zeros. */
export function samplesLike<T extends Samples>(samples: T, length: number): T {
  return new (samples.constructor as new (length: number) => T)(length);
}
