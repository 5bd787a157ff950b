/**
 * Taking rain away beside MAXIM in JavaScript, on the same squares out of the middles of the same pairs: PSNR of the colours,
 * and our time over theirs.
 *
 *     npx tsx bench/derainVersusMaxim.ts RAINY CLEAN MAXIM [side] [model]
 *
 * RAINY and CLEAN have pictures of the same names; side is a multiple of 64; MAXIM is the unpacked npm package
 * @upscalerjs/maxim-deraining.
 */

import { cacheDirOf } from '../src/cli/io.js';
import { createModels } from '../src/engines/models.js';
import type { Pixels } from '../src/images/raster.js';
import { readRaster } from '../src/images/readRaster.js';
import { wholeOf } from '../src/images/readWindow.js';
import { restorationScores } from '../src/metrics/restoration.js';
import { predictPhoto } from '../src/pipelines/run/predictPhoto.js';
import { derain } from '../src/tasks/derain/task.js';
import { pictureList } from '../src/tasks/evaluation/pictureList.js';
import { inFloat, namesakes } from '../src/tasks/evaluation/pictures.js';
import { middleSquare } from './middleSquare.js';
import { maxim } from './peers/maxim.js';

const [rainy, clean, maximFolder, side = '256', model] = process.argv.slice(2);

const models = createModels({ model, task: 'derain' });
const photos = await pictureList([rainy]);
const truths = await namesakes(photos, clean);
const theirs = await maxim(maximFolder, 'maxim-deraining', cacheDirOf(process.platform, process.env));

async function ours(pixels: Pixels): Promise<Pixels> {
  const raster = inFloat(pixels);
  await predictPhoto(raster, [{ task: derain, options: { kind: 'streaks' } }], { open: models.open });
  return wholeOf(raster);
}

const sums = { rainy: 0, perpixel: 0, maxim: 0 };
const seconds = { perpixel: 0, maxim: 0 };
try {
  for (const [i, photo] of photos.entries()) {
    const raster = await readRaster(photo);
    const truth = middleSquare(await readRaster(truths[i]), Number(side));
    const score = (result: Pixels) => restorationScores(result, truth).psnr / photos.length;
    sums.rainy += score(middleSquare(raster, Number(side)));
    for (const [name, work] of Object.entries({ perpixel: ours, maxim: theirs }) as [
      'perpixel' | 'maxim',
      typeof ours,
    ][]) {
      // A copy each: a task writes into its raster.
      const pixels = middleSquare(raster, Number(side));
      if (i === 0) await work(middleSquare(raster, Number(side)));
      const start = performance.now();
      const result = await work(pixels);
      seconds[name] += (performance.now() - start) / 1000;
      sums[name] += score(result);
    }
  }
} finally {
  await models.dispose();
}
const rounded = Object.fromEntries(Object.entries(sums).map(([name, sum]) => [name, Math.round(sum * 100) / 100]));
const ratio = Number((seconds.perpixel / seconds.maxim).toPrecision(2));
console.log(JSON.stringify({ images: photos.length, side: Number(side), ...rounded, timesTheirTime: ratio }));
