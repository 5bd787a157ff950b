import { bufferOver } from '../../core/bufferOver.js';
import type { Raster } from '../../images/raster.js';
import { readRaster } from '../../images/readRaster.js';
import { fromInterleaved } from './interleaved.js';
import type { JobPhoto } from './job.js';

/** The photo of a job, decoded. @throws PerpixelError E_READ, E_FORMAT */
export function rasterOf(photo: JobPhoto, signal: AbortSignal): Raster | Promise<Raster> {
  if ('path' in photo) return readRaster(photo.path, { signal });
  if ('bytes' in photo) return readRaster(bufferOver(photo.bytes), { signal });
  return fromInterleaved(photo);
}
