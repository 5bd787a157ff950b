/**
 * `npx tsx bench/fleetListing.ts [COUNT]`: tiny photos in folders of a thousand are queued by the real command, and added again: time and
 * memory of the command, and of Redis for a million photos. Flat means: the last fifth of the way within 10 % of the third.
 * Needs redis-server, `npm run build`.
 */
import { copyFile, link, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Redis } from 'ioredis';
import { startRedis } from '../test/helpers/fleetServers.js';
import { writeTinyDenoiser } from '../test/helpers/tinyDenoiser.js';
import { noisyPicture } from './noisyPicture.js';
import { runMeasured } from './runMeasured.js';

const count = Number(process.argv[2] ?? 100_000);
const FOLDER = 1000;
const nameOf = (i: number) => `IMG_${String(i).padStart(8, '0')}.png`;

const folder = await mkdtemp(path.join(tmpdir(), 'perpixel-fleet-listing-'));
const redis = await startRedis(folder);
const client = new Redis(redis.url);
const usedMemory = async () => Number(/used_memory:(\d+)/.exec(await client.info('memory'))![1]);
try {
  const model = await writeTinyDenoiser(folder);
  const first = path.join(folder, 'first.png');
  await noisyPicture(16, 16).toFile(first);
  const queued = async (all: number) => {
    const photos = path.join(folder, String(all));
    for (let i = 0; i < all; i++) {
      const name = path.join(photos, String(Math.floor(i / FOLDER)), nameOf(i));
      if (i % FOLDER === 0) await mkdir(path.dirname(name), { recursive: true });
      // File systems allow some ten thousand links to a file.
      await (i % FOLDER === 0
        ? copyFile(first, name)
        : link(path.join(path.dirname(name), nameOf(i - (i % FOLDER))), name));
    }
    const before = await usedMemory();
    const output = path.join(folder, 'out');
    const args = ['fleet', 'add', photos, '-o', output, 'denoise', '--model', model, '--redis', redis.url];
    const add = await runMeasured(args);
    const bytes = (await usedMemory()) - before;
    const again = await runMeasured(args);
    const fifth = (which: number) => {
      const { length } = add.samples;
      return mean(add.samples.slice((length * which) / 5, (length * (which + 1)) / 5));
    };
    return {
      ...{ photos: all, code: add.code, seconds: Math.round(add.seconds), peakMiB: Math.round(add.peakMiB) },
      ...{ fifthsMiB: [0, 1, 2, 3, 4].map((which) => Math.round(fifth(which))) },
      ...{ againSeconds: Math.round(again.seconds), againPeakMiB: Math.round(again.peakMiB) },
      redisMiBAMillion: Math.round((bytes / all) * (1e6 / 2 ** 20)),
    };
  };
  const made = await queued(count);
  const flat = made.fifthsMiB[4] < 1.1 * made.fifthsMiB[2];
  console.log(JSON.stringify({ ...made, flat }));
  process.exitCode = made.code === 0 && flat ? 0 : 1;
} finally {
  client.disconnect();
  await redis.stop();
  await rm(folder, { recursive: true });
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
