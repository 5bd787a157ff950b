import { allocateRaster } from '../images/allocateRaster.js';
import type { Metadata, Raster } from '../images/raster.js';
import { lumaShares, sampleScale } from './colourMatrix.js';
import { frameSamples } from './frameSamples.js';
import { chromaShifts, chromaSize } from './layout.js';
import type { VideoFormat } from './videoFormat.js';

/**
 * A frame's bytes to RGB or grey. Y'CbCr becomes float, which keeps what lies outside 0..1 and lets `rasterToFrame` give
 * the very same bytes back; RGB stays at 8 or 16 bits.
 *
 * A chroma sample is repeated over its pixels and not interpolated: `rasterToFrame` averages over the same pixels, so that
 * what a task leaves alone is left alone.
 */
export function frameToRaster(bytes: Uint8Array, format: VideoFormat): Raster {
  const { width, height, layout, colour } = format;
  const samples = frameSamples(bytes, layout.bits);
  if (layout.samples === 'rgb') {
    const raster = allocateRaster(height, width, 3, metadataOf(layout.bits));
    raster.pixels.data.set(samples);
    return raster;
  }
  const { black, scale, middle, chromaScale } = sampleScale(colour, layout.bits);
  if (layout.samples === 'grey') {
    const raster = allocateRaster(height, width, 1, metadataOf(32));
    for (let i = 0; i < samples.length; i++) raster.pixels.data[i] = (samples[i] - black) / scale;
    return raster;
  }

  const raster = allocateRaster(height, width, 3, metadataOf(32));
  const { data } = raster.pixels;
  const { red, green, blue } = lumaShares(colour.matrix);
  const { right, down } = chromaShifts(layout.chroma);
  const plane = chromaSize(layout.chroma, format);
  const firstCb = width * height;
  const firstCr = firstCb + plane.width * plane.height;
  for (let y = 0, i = 0; y < height; y++) {
    const row = (y >> down) * plane.width;
    for (let x = 0; x < width; x++, i++) {
      const at = row + (x >> right);
      const luma = (samples[i] - black) / scale;
      const r = luma + (2 * (1 - red) * (samples[firstCr + at] - middle)) / chromaScale;
      const b = luma + (2 * (1 - blue) * (samples[firstCb + at] - middle)) / chromaScale;
      data[3 * i] = r;
      data[3 * i + 1] = (luma - red * r - blue * b) / green;
      data[3 * i + 2] = b;
    }
  }
  return raster;
}

function metadataOf(bitDepth: 8 | 16 | 32): Metadata {
  return { format: bitDepth === 32 ? 'npy' : 'png', bitDepth };
}
