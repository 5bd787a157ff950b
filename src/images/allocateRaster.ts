import ndarray from 'ndarray';
import type { Metadata, Raster, Samples } from './raster.js';

/** A black picture `[height, width, channels]` whose samples are of `metadata.bitDepth`. */
export function allocateRaster(height: number, width: number, channels: 1 | 3, metadata: Metadata): Raster {
  return {
    pixels: ndarray(samplesOf(metadata.bitDepth, height * width * channels), [height, width, channels]),
    metadata,
  };
}

function samplesOf(bitDepth: 8 | 16 | 32, length: number): Samples {
  if (bitDepth === 32) return new Float32Array(length);
  return bitDepth === 16 ? new Uint16Array(length) : new Uint8Array(length);
}
