/**
 * `npx tsx bench/fleetThroughput.ts [PHOTOS] [WORKERS] [ROUNDS] [SIDE]`: workers of a fleet against as many processes of the plain command,
 * which share the photos of one folder, on the same cores, in turn; median of the ratios. The start of the processes counts on both sides,
 * and so does queueing. Needs redis-server, `npm run build`.
 */
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startRedis } from '../test/helpers/fleetServers.js';
import { start } from './fleetCommand.js';
import { noisyPicture } from './noisyPicture.js';

const [count = 800, workers = 4, rounds = 3, side = 256] = process.argv.slice(2).map(Number);
const TARGET = 0.95;

const folder = await mkdtemp(path.join(tmpdir(), 'perpixel-fleet-throughput-'));
const redis = await startRedis(folder);
const env = { REDIS_URL: redis.url };
const all = Array.from({ length: workers });
const threads = ['--threads', '1'];
const task = ['denoise', '--sigma', '12', '--quality', 'fast'];
try {
  const photos = path.join(folder, 'in');
  await mkdir(photos);
  for (let i = 0; i < count; i++) await noisyPicture(side, side, i).toFile(path.join(photos, `${i}.png`));

  const timed = async (work: () => Promise<void>) => {
    const begun = performance.now();
    await work();
    return (performance.now() - begun) / 1000;
  };
  const plain = (output: string) =>
    timed(async () => {
      const [name, ...options] = task;
      await Promise.all(all.map(() => start([name, photos, '-o', output, ...options, ...threads, '--quiet']).ended));
    });
  const fleet = (output: string) =>
    timed(async () => {
      await start(['fleet', 'add', photos, '-o', output, ...task, '--shard', '8', '--quiet'], env).ended;
      await Promise.all(all.map(() => start(['fleet', 'work', '--until-done', ...threads, '--quiet'], env).ended));
    });

  const results = [];
  for (let round = 0; round < rounds; round++) {
    const [a, b] = [path.join(folder, `plain-${round}`), path.join(folder, `fleet-${round}`)];
    const [plainSeconds, fleetSeconds] = [await plain(a), await fleet(b)];
    const [key] = await readdir(b);
    const made = [(await readdir(a)).length, (await readdir(path.join(b, key))).length];
    results.push({ plainSeconds, fleetSeconds, ratio: plainSeconds / fleetSeconds, made });
  }
  const ratios = results.map(({ ratio }) => ratio).sort((x, y) => x - y);
  const ratio = ratios[Math.floor(rounds / 2)];
  const isWhole = results.every(({ made }) => made.every((each) => each === count));
  console.log(JSON.stringify({ count, workers, results, ratio, isWhole }));
  process.exitCode = isWhole && ratio >= TARGET ? 0 : 1;
} finally {
  await redis.stop();
  await rm(folder, { recursive: true });
}
