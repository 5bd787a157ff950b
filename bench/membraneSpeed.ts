/**
 * Membranes of one slice of 2048x2048 pixels and 16 bits: megapixels a second of the engine alone, on the tiles that the command asks
 * it for, and of the command from file to files, with and without cells, in turn, the best of the rounds; beside each the seconds of
 * processor time. Linux only.
 *
 *     npx tsx bench/membraneSpeed.ts [ROUNDS] [THREADS] [QUALITY]
 *
 * Must reach a megapixel a second for the probability on two cores, and cells within as much again.
 */
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import ndarray from 'ndarray';
import { createModels } from '../src/engines/models.js';
import { readRaster } from '../src/images/readRaster.js';
import { writeRaster } from '../src/images/writeRaster.js';
import { predictPhoto } from '../src/pipelines/run/predictPhoto.js';
import { membranes } from '../src/tasks/membranes/task.js';
import { syntheticSlice } from '../test/helpers/syntheticSlice.js';
import { recorded } from './recorded.js';
import { runMeasured } from './runMeasured.js';

const [rounds = '3', threads = '2', quality = 'fast'] = process.argv.slice(2);
const SIDE = 2048;
const MEGAPIXELS = SIDE ** 2 / 1e6;
/** Seconds a tick of the kernel's clock. */
const TICK = 0.01;

const folder = await mkdtemp(path.join(tmpdir(), 'perpixel-bench-'));
const models = createModels({ threads: Number(threads) });
try {
  const slices = path.join(folder, 'slices');
  await mkdir(slices);
  const slice = path.join(slices, 'slice.png');
  const { data } = syntheticSlice(SIDE, SIDE).image;
  // Few of the 16 bits' values, as microscopes write them.
  const pixels = ndarray(
    Uint16Array.from(data, (value) => value * 40 + 900),
    [SIDE, SIDE, 1],
  );
  await writeRaster({ pixels, metadata: { format: 'png', bitDepth: 16 } }, slice);

  const session = await models.open('membranes');
  const { listening, tiles } = recorded(session);
  await predictPhoto(await readRaster(slice), [{ task: membranes, options: {} }], { open: async () => listening });

  const engine = () => measured(() => Promise.all(tiles.map((tile) => session.run(tile))));
  const command = (name: string, ...more: string[]) =>
    measured(async () => {
      const out = path.join(folder, `${name}-${performance.now()}`);
      const how = ['--quality', quality, '--threads', threads, '--quiet', ...more];
      const { code, peakMiB } = await runMeasured(['membranes', slice, '-o', `${out}/`, ...how]);
      if (code !== 0) throw new Error(`membranes ended with ${code}`);
      mostMiB = Math.max(mostMiB, peakMiB);
    });

  let mostMiB = 0;
  const best: Record<string, Measured> = {};
  for (let round = 0; round < Number(rounds); round++) {
    const all = { engine: await engine(), probability: await command('map'), cells: await command('cells', '--cells') };
    for (const [name, one] of Object.entries(all)) {
      console.log(
        `round ${round + 1}: ${name} ${one.seconds.toFixed(2)} s, ${one.processor.toFixed(2)} s of processor time`,
      );
      if (best[name] === undefined || one.seconds < best[name].seconds) best[name] = one;
    }
  }
  const perSecond = Object.entries(best).map(([name, one]) => [
    name,
    {
      megapixelsPerSecond: Number((MEGAPIXELS / one.seconds).toFixed(3)),
      seconds: Number(one.seconds.toFixed(2)),
      processorSeconds: Number(one.processor.toFixed(2)),
    },
  ]);
  const windows = tiles.map(({ image: { dims } }) => dims.slice(2).join('x'));
  console.log(
    JSON.stringify({
      quality,
      threads: Number(threads),
      windows,
      ...Object.fromEntries(perSecond),
      peakMiB: Math.round(mostMiB),
    }),
  );
  const isQuick = best.probability.seconds <= MEGAPIXELS && best.cells.seconds <= 2 * MEGAPIXELS;
  process.exitCode = isQuick ? 0 : 1;
} finally {
  await models.dispose();
  await rm(folder, { recursive: true });
}

interface Measured {
  seconds: number;
  /** Of all threads of this process and of the commands that it ran. */
  processor: number;
}

async function measured(work: () => Promise<unknown>): Promise<Measured> {
  const [start, before] = [performance.now(), processorSeconds()];
  await work();
  return { seconds: (performance.now() - start) / 1000, processor: processorSeconds() - before };
}

function processorSeconds(): number {
  // utime, stime, cutime, cstime: the 14th to 17th field, counted behind the name, which may have spaces.
  const fields = readFileSync('/proc/self/stat', 'utf8').split(') ')[1].split(' ').slice(11, 15);
  return fields.reduce((sum, ticks) => sum + Number(ticks) * TICK, 0);
}
