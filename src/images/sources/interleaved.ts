import ndarray from 'ndarray';
import type { Raster, Samples } from '../raster.js';
import { samplesLike } from '../samplesLike.js';
import type { Interleaved } from './source.js';

/** The photo in interleaved samples. Without alpha its pixels are those samples themselves, not a copy. */
export function fromInterleaved({ samples, shape: [height, width, channels = 1] }: Interleaved): Raster {
  const bitDepth = (samples.BYTES_PER_ELEMENT * 8) as 8 | 16 | 32;
  const metadata = { format: 'npy', bitDepth } as const;
  const colours = channels < 3 ? 1 : 3;
  if (channels === colours) return { pixels: ndarray(samples, [height, width, channels]), metadata };
  const size = height * width;
  const pixels = samplesLike(samples, size * colours);
  const alpha = samplesLike(samples, size);
  for (let i = 0, at = 0, to = 0; i < size; i++) {
    for (let c = 0; c < colours; c++) pixels[to++] = samples[at++];
    alpha[i] = samples[at++];
  }
  return { pixels: ndarray(pixels, [height, width, colours]), alpha: ndarray(alpha, [height, width]), metadata };
}

/**
 * A photo that `fromInterleaved` gave, or a part of it, in samples of the same kind and as many channels: those that it came in, written
 * over, where the size is the same.
 */
export function interleavedOf({ pixels, alpha }: Raster, { samples: own, shape }: Interleaved): Interleaved {
  const [height, width, colours] = pixels.shape;
  const isWhole = height === shape[0] && width === shape[1];
  const size = isWhole ? shape : [height, width, ...shape.slice(2)];
  if (alpha === undefined) return { samples: pixels.data, shape: size };
  const samples = isWhole ? own : samplesLike(own, height * width * (colours + 1));
  fill(samples, pixels.data, alpha.data, colours);
  return { samples, shape: size };
}

/** Colours and alpha, pixel by pixel. */
function fill(samples: Samples, pixels: Samples, alpha: Samples, colours: number): void {
  for (let i = 0, at = 0, from = 0; i < alpha.length; i++) {
    for (let c = 0; c < colours; c++) samples[at++] = pixels[from++];
    samples[at++] = alpha[i];
  }
}
