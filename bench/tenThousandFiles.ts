/**
 * `npx tsx bench/tenThousandFiles.ts [COUNT]`: a folder of 16x16 pictures through a model that takes no time, and the memory
 * of the command at each tenth of the way, in MiB. Flat means: the last tenth within 10 % of the second. Needs `npm run build`.
 */
import { copyFile, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { writeTinyDenoiser } from '../test/helpers/tinyDenoiser.js';
import { noisyPicture } from './noisyPicture.js';
import { runMeasured } from './runMeasured.js';

const count = Number(process.argv[2] ?? 10_000);

const folder = await mkdtemp(path.join(tmpdir(), 'perpixel-many-'));
try {
  const photos = path.join(folder, 'photos');
  const clean = path.join(folder, 'clean');
  await mkdir(photos);
  const first = path.join(folder, 'first.png');
  await noisyPicture(16, 16).toFile(first);
  for (let i = 0; i < count; i++) await copyFile(first, path.join(photos, `${i}.png`));
  const model = await writeTinyDenoiser(folder);
  const { code, seconds, peakMiB, samples } = await runMeasured(['denoise', photos, '-o', clean, '--model', model]);
  const tenth = samples.length / 10;
  const tenths = Array.from({ length: 10 }, (_, i) => Math.round(mean(samples.slice(i * tenth, (i + 1) * tenth))));
  const done = (await readdir(clean)).length;
  const flat = tenths[9] < 1.1 * tenths[1];
  console.log(
    JSON.stringify({ count, done, code, seconds: Math.round(seconds), peakMiB: Math.round(peakMiB), tenths, flat }),
  );
  process.exitCode = code === 0 && done === count && flat ? 0 : 1;
} finally {
  await rm(folder, { recursive: true });
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
