/**
 * `npx tsx bench/rawNoise.ts SIDE PHOTO...`: how much better noise is taken out of a raw file than of what is developed from it. Raw files are
 * made of the middle SIDE x SIDE pixels of photos with the sensor of `cameraAtIso`; PSNR in dB against the photos themselves, but for a border
 * of 4 pixels. `TIFF` and `dcraw`: developed to 16 bits here, or by dcraw (AHD), and denoised after. `JPEG`: as a camera makes it
 * (`throughCamera`: bilinear, sharpened; quality 90, 4:2:0), and denoised after, against the sharpened photo, as `sharp` is: the denoised raw
 * file, sharpened. Needs dcraw.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import ndarray from 'ndarray';
import sharp from 'sharp';
import { random } from '../src/core/random.js';
import { cameraAtIso, throughCamera } from '../src/degradations/camera.js';
import { gaussianFilter } from '../src/degradations/gaussianFilter.js';
import { encodeRaster } from '../src/images/encodeRaster.js';
import type { Pixels } from '../src/images/raster.js';
import { readRaster } from '../src/images/readRaster.js';
import { wholeOf } from '../src/images/readWindow.js';
import { denoise } from '../src/index.js';
import { mosaicDng } from '../test/helpers/mosaicDng.js';

const BORDER = 4;
const ISOS = [800, 3200, 12_800];
const [side, ...photos] = [Number(process.argv[2]), ...process.argv.slice(3)];

async function middleOf(file: string): Promise<Pixels> {
  const image = sharp(file).removeAlpha();
  const { width, height } = await image.metadata();
  const [left, top] = [width, height].map((length) => Math.floor((length - side) / 2));
  const part = image.extract({ left, top, width: side, height: side });
  const data = await part.raw().toBuffer();
  return ndarray(
    Float32Array.from(data, (value) => value / 255),
    [side, side, 3],
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

/** A 16-bit TIFF of sRGB, white balanced as the camera had it and no brighter. */
function byDcraw(raw: Buffer): Buffer {
  const folder = mkdtempSync(path.join(tmpdir(), 'perpixel-dcraw-'));
  const file = path.join(folder, 'x.dng');
  writeFileSync(file, raw);
  const how = ['-c', '-w', '-W', '-o', '1', '-6', '-g', '2.4', '12.92', '-q', '3', '-T'];
  const tiff = execFileSync('dcraw', [...how, file], { maxBuffer: 2 ** 30 });
  rmSync(folder, { recursive: true });
  return tiff;
}

const developed = async (file: Buffer) => wholeOf(await readRaster(file));
const denoised = async (file: Buffer) => developed(await denoise(file));

const header = ['raw', 'TIFF', 'gain', 'dcraw', 'gain', 'sharp', 'JPEG', 'gain'];
console.log(`${'photo'.padEnd(12)}   ISO${header.map((name) => name.padStart(8)).join('')}`);
const means = new Map<number, number[][]>(ISOS.map((iso) => [iso, []]));
const row = (name: string, iso: number, values: readonly number[]) =>
  console.log(`${name.padEnd(12)}${String(iso).padStart(6)}${values.map((v) => v.toFixed(2).padStart(8)).join('')}`);
for (const file of photos) {
  const scene = await middleOf(file);
  for (const iso of ISOS) {
    const camera = cameraAtIso(iso);
    const { amount, deviation } = camera.sharpening!;
    const sharpened = (picture: Pixels) => {
      const soft = gaussianFilter(picture, deviation).data;
      const values = picture.data.map((value, i) => Math.min(1, Math.max(0, value + amount * (value - soft[i]))));
      return ndarray(values, picture.shape);
    };
    const raw = mosaicDng(scene, camera, { random: random(1) });
    const raster = await readRaster(raw);
    const { noisy } = throughCamera(scene, camera, random(1));
    const bytes = Uint8Array.from(noisy.data, (value) => value * 255 + 0.5);
    const jpeg = sharp(bytes, { raw: { width: side, height: side, channels: 3 } }).jpeg({ quality: 90 });
    const clean = await denoised(raw);
    const scores = [
      psnr(clean, scene),
      psnr(await denoised(await encodeRaster(raster, { format: 'tiff' })), scene),
      psnr(await denoised(byDcraw(raw)), scene),
      psnr(sharpened(clean), sharpened(scene)),
      psnr(await denoised(await jpeg.toBuffer()), sharpened(scene)),
    ];
    const [own, tiff, dcraw, sharper, camera8] = scores;
    const values = [own, tiff, own - tiff, dcraw, own - dcraw, sharper, camera8, sharper - camera8];
    means.get(iso)!.push(values);
    row(path.parse(file).name, iso, values);
  }
}
for (const [iso, rows] of means) {
  row(
    'mean',
    iso,
    rows[0].map((_, i) => rows.reduce((sum, values) => sum + values[i], 0) / rows.length),
  );
}
