import { bufferOver } from '../../core/bufferOver.js';
import type { ReadOptions } from '../formats/format.js';
import type { Raster, Samples } from '../raster.js';
import { readRaster } from '../readRaster.js';
import { fromInterleaved } from './interleaved.js';

/** Interleaved samples, row by row: grey, RGB, and either of them with alpha last (2 and 4 channels). */
export interface Interleaved {
  samples: Samples;
  /** `[h, w]` or `[h, w, c]`. */
  shape: readonly number[];
}

/** A picture as plain data, so that it can go to another thread: a file, the bytes of one, or samples. */
export type Source = { path: string } | { bytes: Uint8Array } | Interleaved;

/** The picture, decoded; of samples without alpha not a copy. @throws PerpixelError E_READ, E_FORMAT, E_SIZE */
export function rasterOf(source: Source, options?: ReadOptions): Raster | Promise<Raster> {
  if ('path' in source) return readRaster(source.path, options);
  if ('bytes' in source) return readRaster(bufferOver(source.bytes), options);
  return fromInterleaved(source);
}
