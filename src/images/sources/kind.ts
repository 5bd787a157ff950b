import type { EncodeOptions } from '../encodeOptions.js';
import type { Samples } from '../raster.js';
import type { Source } from './source.js';

/** One way in which a program holds a photo, and the same way back. */
export interface Kind {
  /** The photo as plain data. Called when its turn has come, so that nothing is copied before there is room. */
  open(signal?: AbortSignal): Source | Promise<Source>;
  /** How bytes are to be encoded where the caller does not say. @default as they came */
  encoding?: EncodeOptions;
  /** The result, as the program holds photos: from bytes where `open` gave a file or bytes, else from samples of that shape. */
  wrap(result: { bytes?: Uint8Array; samples?: Samples; shape?: readonly number[] }): unknown;
}
