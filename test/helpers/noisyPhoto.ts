import sharp, { type Sharp } from 'sharp';

/** A gradient with noise of about sigma 20 that is the same each time, as 8-bit RGB. */
export function noisyPhoto({ width = 24, height = 16, seed = 1 } = {}): Sharp {
  const pixels = Buffer.alloc(width * height * 3);
  let state = seed;
  for (let i = 0; i < pixels.length; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    pixels[i] = 60 + (i * 90) / pixels.length + (state >>> 24) / 3.5;
  }
  return sharp(pixels, { raw: { width, height, channels: 3 } });
}
