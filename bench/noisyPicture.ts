import sharp, { type Sharp } from 'sharp';
import { random } from '../src/core/random.js';

/** Waves with noise of sigma 12, 8-bit RGB: the same for the same seed, and nothing that a codec could make small. */
export function noisyPicture(width: number, height: number, seed = 1): Sharp {
  const draw = random(seed, 'picture');
  // A table of noise, read from another place in each row: drawing 300 million normals would take longer than the run.
  const noise = Float32Array.from({ length: 65_521 }, () => 12 * draw.normal());
  const pixels = Buffer.alloc(width * height * 3);
  for (let y = 0, i = 0; y < height; y++) {
    let at = draw.integer(noise.length);
    const row = 128 + 50 * Math.cos(y / 170);
    for (let x = 0; x < width; x++) {
      const value = row + 40 * Math.sin(x / 130);
      for (let c = 0; c < 3; c++, i++) {
        pixels[i] = Math.max(0, Math.min(255, value + 10 * c + noise[at++ % noise.length]));
      }
    }
  }
  return sharp(pixels, { raw: { width, height, channels: 3 }, limitInputPixels: false });
}
