/**
 * `npx tsx bench/fleetListing.ts [COUNT]`: tiny photos in folders of a thousand are queued by the real command, and added again: time and
 * memory of the command, and of Redis for a million photos. Memory has to be that of a tenth as many. Needs redis-server, `npm run build`.
 */
import { link, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Redis } from 'ioredis';
import { startRedis } from '../test/helpers/fleetServers.js';
import { writeTinyDenoiser } from '../test/helpers/tinyDenoiser.js';
import { noisyPicture } from './noisyPicture.js';
import { runMeasured } from './runMeasured.js';

const count = Number(process.argv[2] ?? 100_000);
const FOLDER = 1000;

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
      const name = path.join(
        photos,
        String(Math.floor(i / FOLDER)).padStart(6, '0'),
        `IMG_${String(i).padStart(8, '0')}.png`,
      );
      if (i % FOLDER === 0) await mkdir(path.dirname(name), { recursive: true });
      await link(first, name);
    }
    const before = await usedMemory();
    const output = path.join(folder, 'out');
    const args = ['fleet', 'add', photos, '-o', output, 'denoise', '--model', model, '--redis', redis.url];
    const add = await runMeasured(args);
    const bytes = (await usedMemory()) - before;
    const again = await runMeasured(args);
    return {
      ...{ photos: all, code: add.code, seconds: Math.round(add.seconds), peakMiB: Math.round(add.peakMiB) },
      ...{ againSeconds: Math.round(again.seconds), againPeakMiB: Math.round(again.peakMiB) },
      redisMiBAMillion: Math.round((bytes / all) * (1e6 / 2 ** 20)),
    };
  };
  const few = await queued(count / 10);
  const many = await queued(count);
  const flat = many.peakMiB < 1.25 * few.peakMiB;
  for (const each of [few, many]) console.log(JSON.stringify(each));
  console.log(JSON.stringify({ flat }));
  process.exitCode = many.code === 0 && flat ? 0 : 1;
} finally {
  client.disconnect();
  await redis.stop();
  await rm(folder, { recursive: true });
}
