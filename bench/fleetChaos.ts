/**
 * `npx tsx bench/fleetChaos.ts [s3|folder] [PHOTOS] [WORKERS] [KILLS] [SEED]`: small photos from a bucket to a bucket, or from a folder to a
 * folder; workers that are each killed by kill -9 at random, Redis killed and started again once in the middle, the bucket's server refusing
 * one request in twenty. Each result has to be there once, as the plain command makes it, and nothing else; `status` has to say so. What is
 * left to do is told on standard error meanwhile. Needs redis-server, moto's server, `npm run build`.
 */
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { FleetQueue } from '../src/fleet/queue.js';
import { statusOf } from '../src/fleet/status.js';
import { chaos } from '../test/helpers/fleetChaos.js';
import { startRedis, startS3 } from '../test/helpers/fleetServers.js';
import { writeTinyDenoiser } from '../test/helpers/tinyDenoiser.js';
import { versionedBucket, versionsBelow } from '../test/helpers/versionedBucket.js';
import { start } from './fleetCommand.js';
import { noisyPicture } from './noisyPicture.js';

const [store = 's3', ...numbers] = process.argv.slice(2);
const [count = 2000, workers = 4, kills = 5, seed = 1] = numbers.map(Number);
/** Photos that differ; the others are copies under other names. */
const KINDS = 50;

const folder = await mkdtemp(path.join(tmpdir(), 'perpixel-fleet-chaos-'));
const data = path.join(folder, 'redis');
await mkdir(data);
const [redis, s3] = await Promise.all([startRedis(data), startS3({ refuseEvery: 20 })]);
try {
  Object.assign(process.env, s3.env, { REDIS_URL: redis.url });
  const isBucket = store === 's3';
  const client = new S3Client({ forcePathStyle: true, maxAttempts: 10 });
  await versionedBucket(client, 'photos');
  const photos = path.join(folder, 'in');
  for (let i = 0; i < count; i++) {
    const file = path.join(photos, `${i % 20}`, `${i}.png`);
    await mkdir(path.dirname(file), { recursive: true });
    if (i < KINDS) await noisyPicture(32, 32 + i).toFile(file);
    else await copyFile(path.join(photos, `${(i % KINDS) % 20}`, `${i % KINDS}.png`), file);
    if (!isBucket) continue;
    const Key = `archive/${i % 20}/${i}.png`;
    await client.send(new PutObjectCommand({ Bucket: 'photos', Key, Body: await readFile(file) }));
  }
  const model = await writeTinyDenoiser(folder);
  const output = path.join(folder, 'out');
  const place = isBucket ? ['s3://photos/archive', '-o', 's3://photos/results'] : [photos, '-o', output];
  const added = await start(['fleet', 'add', ...place, 'denoise', '--model', model, '--json']).ended;
  const { run } = JSON.parse(added.stdout);
  await using queue = await FleetQueue.open({ redis: redis.url, queue: 'perpixel' });

  const begun = performance.now();
  const seconds = () => Math.round((performance.now() - begun) / 1000);
  let isWatched = true;
  let share = 0;
  const watched = (async () => {
    for (let isRestarted = false; isWatched; await sleep(200)) {
      const { done, left } = await statusOf(queue, { most: 0 });
      share = done / count;
      if (seconds() % 10 === 0) console.error(`${seconds()} s: ${done} done, ${left} left`);
      if (isRestarted || done < count / 2) continue;
      await redis.restart();
      isRestarted = true;
    }
  })();
  const work = () => start(['fleet', 'work', '--until-done', '--lock', '5', '--quiet']);
  const killed = await chaos(work, { workers, kills, share: () => share, seed });
  const lasted = seconds();
  isWatched = false;
  await watched;
  const { done, failed, left, jobs } = JSON.parse((await start(['fleet', 'status', '--json']).ended).stdout);

  const plain = path.join(folder, 'plain');
  await start(['denoise', photos, '-o', plain, '--model', model, '--quiet']).ended;
  let versions = 0;
  let others = 0;
  let different = 0;
  const keys = new Set<string>();
  const prefix = `results/${run}/`;
  for await (const { key, content } of isBucket ? versionsBelow(client, 'photos', 'results/') : filesBelow(output)) {
    versions++;
    keys.add(key);
    const expected = key.startsWith(prefix)
      ? await readFile(path.join(plain, key.slice(prefix.length))).catch(() => undefined)
      : undefined;
    if (expected === undefined) others++;
    else if (!expected.equals(content)) different++;
  }
  const isRight =
    [done, versions, keys.size].every((each) => each === count) &&
    [failed, left, others, different, jobs.active, jobs.waiting].every((each) => each === 0);
  console.log(
    JSON.stringify({
      ...{ store, count, workers, killed, refused: s3.refused(), seconds: lasted },
      ...{ status: { done, failed, left }, keys: keys.size, versions, others, different, isRight },
    }),
  );
  process.exitCode = isRight ? 0 : 1;
} finally {
  await Promise.all([redis.stop(), s3.stop()]);
  await rm(folder, { recursive: true });
}

/** All files below a folder, named as objects are. */
async function* filesBelow(output: string): AsyncGenerator<{ key: string; content: Buffer }> {
  for (const entry of await readdir(output, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    yield { key: path.join('results', path.relative(output, file)), content: await readFile(file) };
  }
}
