/**
 * Deblurring of one grey photo with a known kernel: our time over that of a Wiener filter and of 30 rounds of Richardson-Lucy
 * in NumPy, in turn, the median of the rounds. There is no target: both are worse by decibels (peers/classicDeblur.py score).
 *
 *     npx tsx bench/deblurSpeed.ts BLURRED.npy KERNEL.npy [rounds] [python]
 *
 * `peers/classicDeblur.py make` makes such photos. Python needs numpy, scipy, Pillow.
 */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { parseOptions } from '../src/core/parseOptions.js';
import { createModels } from '../src/engines/models.js';
import { readRaster } from '../src/images/readRaster.js';
import { predictPhoto } from '../src/pipelines/run/predictPhoto.js';
import { deblur } from '../src/tasks/deblur/task.js';

const [photo, kernel, rounds = '5', python = 'python3'] = process.argv.slice(2);
const models = createModels();
const script = fileURLToPath(new URL('peers/classicDeblur.py', import.meta.url));
const options = parseOptions(deblur.options, { kernel, sigma: 2.55 });

async function perpixel(): Promise<{ seconds: number; megapixels: number }> {
  const raster = await readRaster(photo);
  const [height, width] = raster.pixels.shape;
  const start = performance.now();
  await predictPhoto(raster, [{ task: deblur, options }], { open: models.open });
  return { seconds: (performance.now() - start) / 1000, megapixels: (height * width) / 1e6 };
}

async function classics(): Promise<Record<'wiener' | 'lucy', number>> {
  const { stdout } = await promisify(execFile)(python, [script, 'time', photo, kernel]);
  return JSON.parse(stdout);
}

const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
const rounded = (value: number) => Number(value.toPrecision(3));

try {
  await perpixel(); // Opens the session.
  const ratios: Record<'wiener' | 'lucy', number[]> = { wiener: [], lucy: [] };
  const speeds: number[] = [];
  for (let round = 0; round < Number(rounds); round++) {
    const { seconds, megapixels } = await perpixel();
    const theirs = await classics();
    speeds.push(megapixels / seconds);
    ratios.wiener.push(seconds / theirs.wiener);
    ratios.lucy.push(seconds / theirs.lucy);
  }
  console.log(
    JSON.stringify({
      megapixelsPerSecond: rounded(median(speeds)),
      timesWiener: rounded(median(ratios.wiener)),
      timesRichardsonLucy: rounded(median(ratios.lucy)),
    }),
  );
} finally {
  await models.dispose();
}
