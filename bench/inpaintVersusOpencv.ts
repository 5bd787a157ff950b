/**
 * Inpainting against OpenCV's Telea and Navier-Stokes on the same holes: PSNR over the holes and the whole of all photos, and
 * seconds over theirs on the first four, in turn, the median of the rounds. At least 2 dB better over text and scratches is
 * asked for, 0.5 over irregular holes.
 *
 *     npx tsx bench/inpaintVersusOpencv.ts CLEAN MASKS GAIN [rounds] [model] [python]
 *
 * MASKS has a mask of each photo's name. Python needs opencv-python-headless.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { stemOf } from '../src/core/files/sameNames.js';
import { createModels } from '../src/engines/models.js';
import { readRaster } from '../src/images/readRaster.js';
import { wholeOf } from '../src/images/readWindow.js';
import { restorationScores } from '../src/metrics/restoration.js';
import { predictPhoto } from '../src/pipelines/run/predictPhoto.js';
import { pictureList } from '../src/tasks/evaluation/pictureList.js';
import { namesakes } from '../src/tasks/evaluation/pictures.js';
import { whiteHoles } from '../src/tasks/inpaint/seenHoles.js';
import { inpaint } from '../src/tasks/inpaint/task.js';

const [clean, masks, gain, rounds = '5', model, python = 'python3'] = process.argv.slice(2);
const photos = await pictureList([clean]);
const maskFiles = await namesakes(photos, masks);
const models = createModels({ model, task: 'inpaint' });
const folder = await mkdtemp(path.join(tmpdir(), 'perpixel-opencv-'));
const script = fileURLToPath(new URL('peers/opencvInpaint.py', import.meta.url));

/** Fills the first `count` photos' holes into the folder. @returns seconds spent in OpenCV */
async function opencv(method: 'telea' | 'ns', count = photos.length): Promise<number> {
  const files = photos.slice(0, count).flatMap((photo, i) => [photo, maskFiles[i]]);
  const { stdout } = await promisify(execFile)(python, [script, method, folder, ...files]);
  return JSON.parse(stdout).seconds;
}

/** Fills one photo's holes in memory. */
async function perpixel(i: number) {
  const raster = await readRaster(photos[i]);
  const start = performance.now();
  const asked = [{ task: inpaint, options: { mask: maskFiles[i], tolerance: 0, grow: 0 } }];
  await predictPhoto(raster, asked, { open: models.open });
  return { raster, seconds: (performance.now() - start) / 1000 };
}

/** Mean scores of what fills the holes of each photo. */
async function scored(resultOf: (i: number) => Promise<Parameters<typeof wholeOf>[0]>) {
  const sums = { psnr: 0, psnrHole: 0 };
  for (const [i, photo] of photos.entries()) {
    const hole = whiteHoles(await readRaster(maskFiles[i]));
    const scores = restorationScores(wholeOf(await resultOf(i)), wholeOf(await readRaster(photo)), { hole });
    sums.psnr += scores.psnr / photos.length;
    sums.psnrHole += scores.psnrHole! / photos.length;
  }
  return sums;
}

const round2 = (value: number) => Math.round(value * 100) / 100;
const rounded = (scores: Record<string, number>) =>
  Object.fromEntries(Object.entries(scores).map(([name, value]) => [name, round2(value)]));
const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];

try {
  const ours = await scored(async (i) => (await perpixel(i)).raster);
  const methods = ['telea', 'ns'] as const;
  const theirs: Record<'psnr' | 'psnrHole', number>[] = [];
  for (const method of methods) {
    await opencv(method);
    theirs.push(await scored((i) => readRaster(path.join(folder, `${stemOf(photos[i])}.png`))));
  }
  const timed = Math.min(4, photos.length);
  const ratios: number[][] = methods.map(() => []);
  for (let round = 0; round < Number(rounds); round++) {
    let own = 0;
    for (let i = 0; i < timed; i++) own += (await perpixel(i)).seconds;
    for (const [m, method] of methods.entries()) ratios[m].push(own / (await opencv(method, timed)));
  }
  const smallestGain = ours.psnrHole - Math.max(...theirs.map(({ psnrHole }) => psnrHole));
  console.log(
    JSON.stringify({
      images: photos.length,
      perpixel: rounded(ours),
      ...Object.fromEntries(
        methods.map((method, m) => [method, { ...rounded(theirs[m]), timesTheirTime: round2(median(ratios[m])) }]),
      ),
      gain: round2(smallestGain),
      target: Number(gain),
    }),
  );
  process.exitCode = smallestGain >= Number(gain) ? 0 : 1;
} finally {
  await models.dispose();
  await rm(folder, { recursive: true });
}
