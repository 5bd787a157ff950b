import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chaos } from '../helpers/fleetChaos.js';
import { type RedisServer, type S3Server, startRedis, startS3 } from '../helpers/fleetServers.js';
import { noisyPhoto } from '../helpers/noisyPhoto.js';
import { perpixel } from '../helpers/perpixel.js';
import { startPerpixel } from '../helpers/startPerpixel.js';
import { temporaryFolder } from '../helpers/temporaryFolder.js';
import { writeTinyDenoiser } from '../helpers/tinyDenoiser.js';
import { versionedBucket, versionsBelow } from '../helpers/versionedBucket.js';

let data: string;
let redis: RedisServer;
let s3: S3Server;
let client: S3Client;

beforeAll(async () => {
  data = await mkdtemp(path.join(tmpdir(), 'perpixel-test-redis-'));
  [redis, s3] = await Promise.all([startRedis(data), startS3({ refuseEvery: 20 })]);
  // The SDK looks there in this process, too.
  Object.assign(process.env, s3.env);
  client = new S3Client({ forcePathStyle: true, maxAttempts: 10 });
});
afterAll(async () => {
  client.destroy();
  await Promise.all([redis.stop(), s3.stop()]);
  await rm(data, { recursive: true });
});

/** All that was ever put below a prefix, in base64. */
async function versionsOf(bucket: string, prefix: string): Promise<[key: string, content: string][]> {
  const versions: [string, string][] = [];
  for await (const { key, content } of versionsBelow(client, bucket, prefix)) {
    versions.push([key.slice(prefix.length), content.toString('base64')]);
  }
  return versions.sort(([a], [b]) => (a < b ? -1 : 1));
}

/** All files below a folder, in the same way. */
async function filesOf(folder: string): Promise<[name: string, content: string][]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  const contents = files.map(
    async (file): Promise<[string, string]> => [path.relative(folder, file), await readFile(file, 'base64')],
  );
  return (await Promise.all(contents)).sort(([a], [b]) => (a < b ? -1 : 1));
}

/** A folder of photos, and the same in a bucket. */
async function photos(bucket: string, count: number) {
  const folder = await temporaryFolder();
  const input = path.join(folder, 'in');
  for (let i = 0; i < count; i++) {
    const name = `${['a', 'a/b', 'c'][i % 3]}/photo ${i}.${['png', 'jpg'][i % 2]}`;
    await mkdir(path.join(input, path.dirname(name)), { recursive: true });
    await noisyPhoto({ seed: i }).toFile(path.join(input, name));
    const Body = await readFile(path.join(input, name));
    await client.send(new PutObjectCommand({ Bucket: bucket, Key: `archive/${name}`, Body }));
  }
  return { folder, input, model: await writeTinyDenoiser(folder), queue: path.basename(folder) };
}

const fleet = (queue: string, ...args: string[]) =>
  perpixel(['fleet', ...args, '--redis', redis.url, '--queue', queue]);
const startWorker = (queue: string) =>
  startPerpixel(['fleet', 'work', '--until-done', '--lock', '2', '--redis', redis.url, '--queue', queue], {
    code: 'built',
  });
const statusOf = async (queue: string) => JSON.parse((await fleet(queue, 'status', '--json')).stdout);

test('workers are killed, Redis too, the store refuses requests: each result is there once, as of one machine', async () => {
  const bucket = await versionedBucket(client, 'chaos');
  const { folder, input, model, queue } = await photos(bucket, 60);
  const place = ['s3://chaos/archive', '-o', 's3://chaos/results', 'denoise', '--model', model, '--shard', '4'];
  const { code, stdout } = await fleet(queue, 'add', ...place, '--json');
  const { run, queued } = JSON.parse(stdout);
  expect({ code, queued }).toEqual({ code: 0, queued: 60 });

  const share = async () => (await statusOf(queue)).done / 60;
  const disturbed = (async () => {
    while ((await statusOf(queue)).done < 20) await sleep(100);
    await redis.restart();
  })();
  const killed = await chaos(() => startWorker(queue), { workers: 3, kills: 1, share, seed: 1 });
  await disturbed;
  expect(killed).toBeGreaterThan(0);
  expect(s3.refused()).toBeGreaterThan(5);
  expect(await statusOf(queue)).toMatchObject({ done: 60, left: 0, failed: 0, jobs: { waiting: 0, active: 0 } });

  const plain = path.join(folder, 'plain');
  await perpixel(['denoise', input, '-o', plain, '--model', model]);
  expect(await versionsOf(bucket, 'results/')).toEqual(
    (await filesOf(plain)).map(([name, content]) => [`${run}/${name}`, content]),
  );
  // Nor does the queue know how the store is entered.
  const records = new Redis(redis.url);
  for (const key of await records.keys(`bull:${queue}:*`)) {
    const value = (await records.type(key)) === 'hash' ? await records.hgetall(key) : key;
    expect(JSON.stringify(value)).not.toMatch(/secret-of-a-test|testing/);
  }
  records.disconnect();
  // Resuming is a listing.
  expect((await fleet(queue, 'add', ...place)).stderr).toContain('0 queued, 60 done before');
});

test('between buckets and folders, with maps, their pictures and legends', async () => {
  const bucket = await versionedBucket(client, 'maps');
  const { folder, input, queue } = await photos(bucket, 2);
  const mixed = path.join(folder, 'mixed');
  const asked = ['depth,labels', '--pictures', '--json'];
  const added = [
    await fleet(queue, 'add', 's3://maps/archive', '-o', 's3://maps/results', ...asked),
    await fleet(queue, 'add', input, '-o', 's3://maps/others', ...asked),
    await fleet(queue, 'add', 's3://maps/archive', '-o', mixed, ...asked),
  ];
  const outputs = added.map(({ stdout }) => JSON.parse(stdout).output as string);
  expect(await startWorker(queue).ended).toMatchObject({ code: 0 });
  const plain = path.join(folder, 'plain');
  await perpixel(['depth,labels', input, '-o', plain, '--pictures']);
  const expected = await filesOf(plain);
  expect(expected).toHaveLength(2 * 4 + 1);
  for (const output of outputs.slice(0, 2)) {
    expect(await versionsOf(bucket, `${output.slice('s3://maps/'.length)}/`)).toEqual(expected);
  }
  expect(await filesOf(outputs[2])).toEqual(expected);
});

test('globs choose, other files and bad names are told of, what was changed is refused', async () => {
  const bucket = await versionedBucket(client, 'choice');
  const { model, queue } = await photos(bucket, 6);
  const put = (Key: string, Body: Buffer | string) => client.send(new PutObjectCommand({ Bucket: bucket, Key, Body }));
  await put('archive/clip.mp4', 'x');
  await put('archive/.hidden.png', 'x');
  await put('archive/c/', '');
  const place = ['s3://choice/archive', '-o', 's3://choice/archive/results', 'denoise', '--model', model];
  const first = await fleet(queue, 'add', ...place, '--include', '*.png', '--exclude', 'a');
  expect(first).toMatchObject({ code: 0, stderr: expect.stringContaining('1 queued') });
  // One of them twice, in another job: what is done is done once.
  const all = await fleet(queue, 'add', ...place);
  expect(all).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^1 left out.*\n6 queued/),
  });
  await put('archive/a/photo 0.png', await noisyPhoto({ seed: 77 }).png().toBuffer());
  expect((await startWorker(queue).ended).code).toBe(1);
  expect(await statusOf(queue)).toMatchObject({
    done: 5,
    failed: 1,
    failures: [{ photos: ['a/photo 0.png'], reason: expect.stringContaining('changed since it was added') }],
  });
  // Results are no photos.
  expect(await fleet(queue, 'add', ...place, '--skip-unknown')).toMatchObject({
    stderr: expect.stringContaining('1 queued, 5 done before'),
  });
});

test.each([
  [['s3://nobodys-bucket/x', '-o', 's3://choice/y', 'denoise'], 'no such object or bucket'],
  [['s3://choice/archive', '-o', 's3://nobodys-bucket/y', 'denoise'], 'no such object or bucket'],
  [['s3://choice/archive', '-o', 's3://key:secret@choice/y', 'denoise'], 'without credentials in it'],
])('a bucket that cannot be had: %j', async (args, message) => {
  const { code, stderr } = await fleet('nothing', 'add', ...args);
  expect(code).toBeGreaterThan(0);
  expect(stderr).toContain(message);
  expect(stderr).not.toContain('secret');
});
