/**
 * `npx tsx bench/rawNoise.ts [WIDTH]`: how much better noise is taken out of a raw file than of what is developed from it. Raw files are made
 * of fixtures/photos with the sensor of `cameraAtIso`; PSNR in dB, each against the same development without noise, but for a border of
 * 4 pixels. `jpeg`: sharpened, quality 90, 4:2:0, as a camera makes it.
 *
 * With WIDTH, of the middle of each photo, so many pixels wide and high; else of the whole.
 */
import { fileURLToPath } from 'node:url';
import ndarray from 'ndarray';
import sharp from 'sharp';
import { random } from '../src/core/random.js';
import { cameraAtIso } from '../src/degradations/camera.js';
import { gaussianFilter } from '../src/degradations/gaussianFilter.js';
import { encodeRaster } from '../src/images/encodeRaster.js';
import type { Pixels } from '../src/images/raster.js';
import { readRaster } from '../src/images/readRaster.js';
import { wholeOf } from '../src/images/readWindow.js';
import { denoise } from '../src/index.js';
import { mosaicDng } from '../test/helpers/mosaicDng.js';

const BORDER = 4;
const side = process.argv[2] === undefined ? undefined : Number(process.argv[2]);

async function photo(name: string): Promise<Pixels> {
  const image = sharp(fileURLToPath(new URL(`../fixtures/photos/${name}.jpg`, import.meta.url))).removeAlpha();
  const { width, height } = await image.metadata();
  const [left, top] = [width, height].map((length) => Math.floor((length - (side ?? length)) / 2));
  const part = image.extract({ left, top, width: side ?? width, height: side ?? height });
  const { data, info } = await part.raw().toBuffer({ resolveWithObject: true });
  return ndarray(
    Float32Array.from(data, (value) => value / 255),
    [info.height, info.width, 3],
  );
}

function psnr(a: Pixels, b: Pixels): number {
  const [height, width, channels] = a.shape;
  let [sum, count] = [0, 0];
  for (let y = BORDER; y < height - BORDER; y++) {
    for (let x = BORDER; x < width - BORDER; x++) {
      for (let c = 0; c < channels; c++, count++) sum += (a.get(y, x, c) - b.get(y, x, c)) ** 2;
    }
  }
  return -10 * Math.log10(sum / count);
}

const developed = async (file: Buffer) => wholeOf(await readRaster(file));

console.log('photo        ISO   noisy     raw    TIFF   gain   raw, sharpened    JPEG   gain');
for (const name of ['dogs', 'dandelion']) {
  const scene = await photo(name);
  for (const iso of [800, 3200, 12_800]) {
    const camera = cameraAtIso(iso);
    const { amount, deviation } = camera.sharpening!;
    const sharpened = (picture: Pixels) => {
      const soft = gaussianFilter(picture, deviation).data;
      const values = picture.data.map((value, i) => Math.min(1, Math.max(0, value + amount * (value - soft[i]))));
      return ndarray(values, picture.shape);
    };
    const raw = mosaicDng(scene, camera, { random: random(1) });
    const truth = await developed(mosaicDng(scene, camera));
    const raster = await readRaster(raw);
    const noisy = wholeOf(raster);
    const [height, width] = noisy.shape;
    const bytes = Uint8Array.from(sharpened(noisy).data, (value) => value * 255 + 0.5);
    const jpeg = await sharp(bytes, { raw: { width, height, channels: 3 } })
      .jpeg({ quality: 90 })
      .toBuffer();
    const rawFirst = await developed(await denoise(raw));
    const scores = {
      noisy: psnr(noisy, truth),
      raw: psnr(rawFirst, truth),
      tiff: psnr(await developed(await denoise(await encodeRaster(raster, { format: 'tiff' }))), truth),
      sharp: psnr(sharpened(rawFirst), sharpened(truth)),
      jpeg: psnr(await developed(await denoise(jpeg)), sharpened(truth)),
    };
    const cells = [scores.noisy, scores.raw, scores.tiff, scores.raw - scores.tiff];
    const others = [scores.sharp, scores.jpeg, scores.sharp - scores.jpeg];
    const row = (values: readonly number[]) => values.map((value) => value.toFixed(2).padStart(8)).join('');
    console.log(`${name.padEnd(10)}${String(iso).padStart(6)}${row(cells)}         ${row(others)}`);
  }
}
