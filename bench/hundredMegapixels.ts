/**
 * `npx tsx bench/hundredMegapixels.ts [MEGAPIXELS] [png|jpeg|tiff] [QUALITY]`: cleans one photo with the shipped colour model and
 * prints the most memory that the command took. Must stay under 1536 MiB for 100 megapixels. Needs `npm run build`, and
 * about two minutes on two cores.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { noisyPicture } from './noisyPicture.js';
import { runMeasured } from './runMeasured.js';

const [megapixels = '100', format = 'jpeg', quality = 'balanced'] = process.argv.slice(2);
const LIMIT_MIB = 1536;

const folder = await mkdtemp(path.join(tmpdir(), 'perpixel-large-'));
try {
  const width = Math.round(Math.sqrt((Number(megapixels) * 1e6 * 4) / 3));
  const photo = path.join(folder, `large.${format}`);
  await noisyPicture(width, Math.round((width * 3) / 4)).toFile(photo);
  const { code, seconds, peakMiB } = await runMeasured([
    'denoise',
    photo,
    '-o',
    path.join(folder, 'clean'),
    '--sigma',
    '12',
    '--quality',
    quality,
  ]);
  const within = code === 0 && peakMiB < LIMIT_MIB;
  console.log(
    JSON.stringify({
      megapixels: Number(megapixels),
      format,
      quality,
      code,
      seconds: Math.round(seconds),
      peakMiB: Math.round(peakMiB),
      within,
    }),
  );
  process.exitCode = within ? 0 : 1;
} finally {
  await rm(folder, { recursive: true });
}
