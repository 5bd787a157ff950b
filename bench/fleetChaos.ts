/**
 * `npx tsx bench/fleetChaos.ts [PHOTOS] [WORKERS] [KILLS] [SEED]`: small photos from a bucket to a bucket, workers that are each killed by
 * kill -9 at random, Redis killed and started again once in the middle, the store refusing one request in twenty. Each result has to be
 * there once, as the plain command makes it, and nothing else; `status` has to say so. Needs redis-server, moto's server, `npm run build`.
 */
import { copyFile, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
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

const [count = 2000, workers = 4, kills = 5, seed = 1] = process.argv.slice(2).map(Number);
/** Photos that differ; the others are copies under other names. */
const KINDS = 50;

const folder = await mkdtemp(path.join(tmpdir(), 'perpixel-fleet-chaos-'));
const data = path.join(folder, 'redis');
await mkdir(data);
const [redis, s3] = await Promise.all([startRedis(data), startS3({ refuseEvery: 20 })]);
try {
  Object.assign(process.env, s3.env, { REDIS_URL: redis.url });
  const client = new S3Client({ forcePathStyle: true, maxAttempts: 10 });
  await versionedBucket(client, 'photos');
  const photos = path.join(folder, 'in');
  for (let i = 0; i < count; i++) {
    const file = path.join(photos, `${i % 20}`, `${i}.png`);
    await mkdir(path.dirname(file), { recursive: true });
    if (i < KINDS) await noisyPicture(32, 32 + i).toFile(file);
    else await copyFile(path.join(photos, `${(i % KINDS) % 20}`, `${i % KINDS}.png`), file);
    const Key = `archive/${i % 20}/${i}.png`;
    await client.send(new PutObjectCommand({ Bucket: 'photos', Key, Body: await readFile(file) }));
  }
  const model = await writeTinyDenoiser(folder);
  const place = ['s3://photos/archive', '-o', 's3://photos/results', 'denoise', '--model', model];
  const added = await start(['fleet', 'add', ...place, '--json']).ended;
  const { run } = JSON.parse(added.stdout);
  await using queue = await FleetQueue.open({ redis: redis.url, queue: 'perpixel' });

  const begun = performance.now();
  const disturbed = (async () => {
    while ((await statusOf(queue, { most: 0 })).done < count / 2) await sleep(200);
    await redis.restart();
  })();
  const work = () => start(['fleet', 'work', '--until-done', '--lock', '5', '--quiet']);
  const killed = await chaos(work, { workers, kills, lifeMs: 20_000, seed });
  await disturbed;
  const seconds = Math.round((performance.now() - begun) / 1000);
  const { done, failed, left, jobs } = JSON.parse((await start(['fleet', 'status', '--json']).ended).stdout);

  const plain = path.join(folder, 'plain');
  await start(['denoise', photos, '-o', plain, '--model', model, '--quiet']).ended;
  let versions = 0;
  let others = 0;
  let different = 0;
  const keys = new Set<string>();
  const prefix = `results/${run}/`;
  for await (const { key, content } of versionsBelow(client, 'photos', 'results/')) {
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
      ...{ count, workers, killed, refused: s3.refused(), seconds },
      ...{ status: { done, failed, left }, keys: keys.size, versions, others, different, isRight },
    }),
  );
  process.exitCode = isRight ? 0 : 1;
} finally {
  await Promise.all([redis.stop(), s3.stop()]);
  await rm(folder, { recursive: true });
}
