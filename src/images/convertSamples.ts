import type { Samples } from './raster.js';

const WHITE = { 8: 255, 16: 65_535, 32: 1 } as const;

/** The value that stands for 1.0 at a bit depth. */
export function whiteLevel(bitDepth: 8 | 16 | 32): number {
  return WHITE[bitDepth];
}

/** Samples at another bit depth: scaled from white to white, rounded, and clipped where they become whole numbers. */
export function convertSamples(samples: Samples, bitDepth: 8 | 16 | 32): Samples {
  const from = samples instanceof Float32Array ? 32 : samples instanceof Uint16Array ? 16 : 8;
  if (from === bitDepth) return samples;
  const scale = WHITE[bitDepth] / WHITE[from];
  if (bitDepth === 32) return Float32Array.from(samples, (value) => value * scale);
  const white = WHITE[bitDepth];
  const converted = bitDepth === 8 ? new Uint8Array(samples.length) : new Uint16Array(samples.length);
  // NaN becomes 0, as it does in any typed array of whole numbers.
  for (let i = 0; i < samples.length; i++) converted[i] = Math.min(white, Math.max(0, samples[i] * scale)) + 0.5;
  return converted;
}
