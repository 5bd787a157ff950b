/**
 * Denoising in the middle of a sharp pipeline: before the photo is made smaller, while its noise is still as the camera made it.
 *
 *     node examples/sharpPipeline.js IMG_0042.jpg small.webp
 */
import { denoise } from 'perpixel';
import sharp from 'sharp';

const [input, output] = process.argv.slice(2);

const upright = sharp(input).autoOrient();
const clean = await denoise(upright, { strength: 0.8 });
const { width, height, size } = await clean
  .resize({ width: 1200, withoutEnlargement: true })
  .keepMetadata()
  .webp({ quality: 80 })
  .toFile(output);
console.log(`${output}: ${width} x ${height}, ${size} bytes`);
