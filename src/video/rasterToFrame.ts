import { convertSamples } from '../images/convertSamples.js';
import type { Raster } from '../images/raster.js';
import { readWindow } from '../images/readWindow.js';
import { lumaShares, type SampleScale, sampleScale } from './colourMatrix.js';
import { chromaShifts, chromaSize, frameBytes } from './layout.js';
import type { VideoFormat } from './videoFormat.js';

/**
 * RGB or grey pixels as a frame's bytes: rounded to the nearest sample, clipped to what the bits can hold (not to the limited
 * range: whiter than white stays). Chroma is the mean over the pixels of its sample; see frameToRaster.
 */
export function rasterToFrame(raster: Raster, format: VideoFormat): Uint8Array {
  const { width, height, layout, colour } = format;
  const pixels = readWindow(raster, { y: 0, x: 0, height, width }).data;
  const channels = raster.pixels.shape[2];
  const bytes = new Uint8Array(frameBytes(layout, format));
  const samples = layout.bits > 8 ? new Uint16Array(bytes.buffer) : bytes;
  if (layout.samples === 'rgb') {
    samples.set(convertSamples(channels === 3 ? pixels : greyAsRgb(pixels), layout.bits));
    return bytes;
  }
  const levels = sampleScale(colour, layout.bits);
  const { black, scale, most } = levels;
  const { red, green, blue } = lumaShares(colour.matrix);
  const isGrey = channels === 1;
  for (let i = 0; i < width * height; i++) {
    const luma = isGrey ? pixels[i] : red * pixels[3 * i] + green * pixels[3 * i + 1] + blue * pixels[3 * i + 2];
    samples[i] = clipped(black + luma * scale, most);
  }
  if (layout.samples === 'grey') return bytes;
  const chroma = samples.subarray(width * height);
  if (isGrey) chroma.fill(levels.middle);
  else fillChroma(chroma, pixels, format, levels);
  return bytes;
}

/** Cb, then Cr, of RGB pixels. */
function fillChroma(
  into: Uint8Array | Uint16Array,
  pixels: Float32Array,
  { width, height, layout, colour }: VideoFormat,
  { middle, chromaScale, most }: SampleScale,
): void {
  if (layout.samples !== 'yuv') return;
  const { red, green, blue } = lumaShares(colour.matrix);
  const { right, down } = chromaShifts(layout.chroma);
  const plane = chromaSize(layout.chroma, { width, height });
  const count = plane.width * plane.height;
  for (let row = 0, i = 0; row < plane.height; row++) {
    const bottom = Math.min(height, (row + 1) << down);
    for (let column = 0; column < plane.width; column++, i++) {
      const end = Math.min(width, (column + 1) << right);
      let cb = 0;
      let cr = 0;
      let n = 0;
      for (let y = row << down; y < bottom; y++) {
        for (let x = column << right; x < end; x++, n++) {
          const at = 3 * (y * width + x);
          const luma = red * pixels[at] + green * pixels[at + 1] + blue * pixels[at + 2];
          cb += pixels[at + 2] - luma;
          cr += pixels[at] - luma;
        }
      }
      into[i] = clipped(middle + ((cb / n) * chromaScale) / (2 * (1 - blue)), most);
      into[count + i] = clipped(middle + ((cr / n) * chromaScale) / (2 * (1 - red)), most);
    }
  }
}

/** NaN becomes 0, as in any typed array of whole numbers. */
function clipped(value: number, most: number): number {
  return Math.min(most, Math.max(0, value)) + 0.5;
}

function greyAsRgb(grey: Float32Array): Float32Array {
  return Float32Array.from({ length: 3 * grey.length }, (_, i) => grey[Math.floor(i / 3)]);
}
