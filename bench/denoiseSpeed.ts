/**
 * Denoising beside what else people have, on the same noisy photos in one run: PSNR, and our time over theirs, in turn, the
 * median of the rounds. `fast` is asked to be faster and better than OpenCV's fastNlMeans, `balanced` than BM3D and than MAXIM
 * in JavaScript, and 2.5 times as fast as a DnCNN of 17 layers on the same engine.
 *
 *     npx tsx bench/denoiseSpeed.ts PHOTOS [sigma] [side] [rounds] [python] [maxim]
 *
 * A square of `side` pixels, a multiple of 64, out of the middle of each photo. Python needs opencv-python-headless and bm3d;
 * maxim is the unpacked npm package @upscalerjs/maxim-denoising, and left out where not named. The two slow ones, BM3D and
 * MAXIM, are run once.
 */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { cacheDirOf } from '../src/cli/io.js';
import { stemOf } from '../src/core/files/sameNames.js';
import { random } from '../src/core/random.js';
import { gaussianNoise } from '../src/degradations/gaussianNoise.js';
import type { Session } from '../src/engines/engine.js';
import { createModels } from '../src/engines/models.js';
import type { Pixels } from '../src/images/raster.js';
import { readRaster } from '../src/images/readRaster.js';
import { wholeOf } from '../src/images/readWindow.js';
import { writeRaster } from '../src/images/writeRaster.js';
import { restorationScores } from '../src/metrics/restoration.js';
import { toOnnx } from '../src/onnx/toOnnx.js';
import { predictPhoto } from '../src/pipelines/run/predictPhoto.js';
import { denoise } from '../src/tasks/denoise/task.js';
import { pictureList } from '../src/tasks/evaluation/pictureList.js';
import { inFloat } from '../src/tasks/evaluation/pictures.js';
import type { Quality } from '../src/tasks/task.js';
import { middleSquare } from './middleSquare.js';
import { dncnn } from './peers/dncnn.js';
import { maxim } from './peers/maxim.js';

const [list, sigma = '25', side = '256', rounds = '5', python = 'python3', maximFolder] = process.argv.slice(2);

/** Seconds for all photos, and what became of each. */
interface Run {
  seconds: number;
  results?: Pixels[];
}

const folder = await mkdtemp(path.join(tmpdir(), 'perpixel-denoisers-'));
const models = createModels();
const photos = await pictureList([list]);
const at = (kind: string, photo: string) => path.join(folder, kind, `${stemOf(photo)}.npy`);

const clean: Pixels[] = [];
const noisy: Pixels[] = [];
for (const kind of ['clean', 'noisy', 'theirs']) await mkdir(path.join(folder, kind));
for (const photo of photos) {
  const square = middleSquare(await readRaster(photo), Number(side));
  clean.push(square);
  noisy.push(gaussianNoise(square, Number(sigma) / 255, random(0, stemOf(photo), Number(sigma))));
  await writeRaster(inFloat(square), at('clean', photo));
  await writeRaster(inFloat(noisy.at(-1)!), at('noisy', photo));
}

async function inTurn(work: (noisy: Pixels) => Promise<Pixels>): Promise<Required<Run>> {
  const results: Pixels[] = [];
  const start = performance.now();
  for (const pixels of noisy) results.push(await work(pixels));
  return { seconds: (performance.now() - start) / 1000, results };
}

const ours = (quality: Quality) =>
  inTurn(async (pixels) => {
    // The task writes into its raster.
    const raster = inFloat(wholeOf({ pixels }));
    const asked = [{ task: denoise, options: { sigma: Number(sigma), strength: 1 } }];
    await predictPhoto(raster, asked, { open: models.open, quality });
    return wholeOf(raster);
  });

async function pythons(method: 'fastNlMeans' | 'bm3d'): Promise<Run> {
  const script = fileURLToPath(new URL('peers/denoisers.py', import.meta.url));
  const files = photos.map((photo) => at('noisy', photo));
  const { stdout } = await promisify(execFile)(python, [script, method, sigma, path.join(folder, 'theirs'), ...files], {
    env: { ...process.env, CLEAN: path.join(folder, 'clean') },
  });
  const results = await Promise.all(photos.map(async (photo) => wholeOf(await readRaster(at('theirs', photo)))));
  return { seconds: JSON.parse(stdout).seconds, results };
}

/** Weights by chance: only its time tells something. */
async function dncnnSession(): Promise<Session> {
  const { card } = (await models.open('denoise-colour')).model;
  return models.open(toOnnx(dncnn(), { card: { ...card, name: 'dncnn' } }));
}

const psnr = (results: Pixels[]) =>
  results.reduce((sum, result, i) => sum + restorationScores(result, clean[i]).psnr / results.length, 0);
const round2 = (value: number) => Math.round(value * 100) / 100;
const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1];

/** @param times how often both are run, in turn */
async function compared(quality: Quality, theirs: () => Promise<Run>, times: number) {
  const { results } = await ours(quality);
  const ratios: number[] = [];
  let last: Run | undefined;
  for (let round = 0; round < times; round++) {
    const own = await ours(quality);
    last = await theirs();
    ratios.push(own.seconds / last.seconds);
  }
  const peer = last?.results && { theirs: round2(psnr(last.results)) };
  return { quality, perpixel: round2(psnr(results)), ...peer, timesTheirTime: Number(median(ratios).toPrecision(2)) };
}

const network = await dncnnSession();
try {
  const clears =
    maximFolder && (await maxim(maximFolder, 'maxim-denoising', cacheDirOf(process.platform, process.env)));
  const rows: Record<string, Awaited<ReturnType<typeof compared>>> = {
    fastNlMeans: await compared('fast', () => pythons('fastNlMeans'), Number(rounds)),
    dncnn: await compared(
      'balanced',
      async () => {
        const { seconds } = await inTurn(async (pixels) => {
          const [height, width, channels] = pixels.shape;
          await network.run({ image: { data: new Float32Array(pixels.data), dims: [1, channels, height, width] } });
          return pixels;
        });
        return { seconds };
      },
      Number(rounds),
    ),
    bm3d: await compared('balanced', () => pythons('bm3d'), 1),
    ...(clears && { maxim: await compared('balanced', () => inTurn(clears), 1) }),
  };
  console.log(JSON.stringify({ images: photos.length, sigma: Number(sigma), side: Number(side), ...rows }));
  const most = { fastNlMeans: 1, dncnn: 1 / 2.5, bm3d: 1, maxim: 1 };
  const missed = Object.entries(rows).filter(
    ([name, { perpixel, theirs = 0, timesTheirTime }]) =>
      timesTheirTime > most[name as keyof typeof most] || perpixel <= theirs,
  );
  process.exitCode = missed.length === 0 ? 0 : 1;
} finally {
  await Promise.all([models.dispose(), network.dispose()]);
  await rm(folder, { recursive: true });
}
