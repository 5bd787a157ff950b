import ndarray from 'ndarray';
import type { Raster, Samples } from '../raster.js';
import type { Interleaved } from './source.js';

/** The photo in interleaved samples. Without alpha its pixels are those samples themselves, not a copy. */
export function fromInterleaved({ samples, shape: [height, width, channels = 1] }: Interleaved): Raster {
  const bitDepth = (samples.BYTES_PER_ELEMENT * 8) as 8 | 16 | 32;
  const metadata = { format: 'npy', bitDepth } as const;
  const colours = channels < 3 ? 1 : 3;
  if (channels === colours) return { pixels: ndarray(samples, [height, width, channels]), metadata };
  const size = height * width;
  const Kind = samples.constructor as new (length: number) => Samples;
  const pixels = new Kind(size * colours);
  const alpha = new Kind(size);
  for (let i = 0, at = 0, to = 0; i < size; i++) {
    for (let c = 0; c < colours; c++) pixels[to++] = samples[at++];
    alpha[i] = samples[at++];
  }
  return { pixels: ndarray(pixels, [height, width, colours]), alpha: ndarray(alpha, [height, width]), metadata };
}

/** Puts a photo that `fromInterleaved` gave back where it came from. */
export function intoInterleaved({ pixels, alpha }: Raster, { samples }: Interleaved): void {
  if (alpha === undefined) return;
  const colours = pixels.shape[2];
  const size = alpha.data.length;
  for (let i = 0, at = 0, from = 0; i < size; i++) {
    for (let c = 0; c < colours; c++) samples[at++] = pixels.data[from++];
    samples[at++] = alpha.data[i];
  }
}
