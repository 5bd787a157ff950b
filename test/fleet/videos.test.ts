import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createModels } from '../../src/engines/models.js';
import { doVideo } from '../../src/fleet/doVideo.js';
import { FleetQueue } from '../../src/fleet/queue.js';
import { readyRun } from '../../src/fleet/run.js';
import { ffmpeg } from '../helpers/ffmpegFixtures.js';
import { chaos } from '../helpers/fleetChaos.js';
import { type RedisServer, type S3Server, startRedis, startS3 } from '../helpers/fleetServers.js';
import { perpixel } from '../helpers/perpixel.js';
import { startPerpixel } from '../helpers/startPerpixel.js';
import { temporaryFolder } from '../helpers/temporaryFolder.js';
import { writeTinyDenoiser } from '../helpers/tinyDenoiser.js';
import { versionedBucket } from '../helpers/versionedBucket.js';

/** Each job starts FFmpeg some times, and each worker itself: on a machine that is busy that takes minutes. */
vi.setConfig({ testTimeout: 400_000 });

let redis: RedisServer;
let s3: S3Server;
let data: string;

beforeAll(async () => {
  data = await mkdtemp(path.join(tmpdir(), 'perpixel-test-redis-'));
  [redis, s3] = await Promise.all([startRedis(data), startS3()]);
  Object.assign(process.env, s3.env);
});
afterAll(async () => {
  await Promise.all([redis.stop(), s3.stop()]);
  await rm(data, { recursive: true });
});

/** A folder with a film of `frames` frames, sound and all, and commands of a fleet on a queue of their own. */
async function films(frames: number) {
  const folder = await temporaryFolder();
  const input = path.join(folder, 'in');
  await mkdir(path.join(input, 'a'), { recursive: true });
  const film = path.join(input, 'a', 'film.mp4');
  const sources = [`testsrc2=size=48x32:rate=25`, `sine=frequency=440`].flatMap((each) => ['-f', 'lavfi', '-i', each]);
  ffmpeg(...sources, '-t', String(frames / 25), '-c:v', 'libx264', '-c:a', 'aac', film);
  const queue = path.basename(folder);
  const model = await writeTinyDenoiser(folder);
  const run = (...args: string[]) => perpixel(['fleet', ...args, '--redis', redis.url, '--queue', queue]);
  return {
    ...{ folder, input, film, model, queue, run },
    worker: (...args: string[]) =>
      startPerpixel(['fleet', 'work', '--until-done', '--lock', '2', '--queue', queue, '--threads', '1', ...args], {
        code: 'built',
        env: { REDIS_URL: redis.url },
      }),
    added: async (...args: string[]) => {
      const { stdout, stderr } = await run('add', ...args, '--json');
      const last = stdout.trim().split('\n').at(-1);
      if (!last) throw new Error(stderr);
      return JSON.parse(last);
    },
    status: async () => JSON.parse((await run('status', '--json')).stdout),
  };
}

test('a video is what one machine makes of it, however often its workers are killed; added again, it is done', async () => {
  const { folder, input, film, model, added, worker, status } = await films(28);
  const asked = ['video', 'denoise', '--model', model, '--sigma', '12', '--segment', '8', '--frames', '6'];
  const output = path.join(folder, 'out');
  const first = await added(input, '-o', output, ...asked);
  expect(first).toMatchObject({ queued: 1, done: 0, failed: 0 });
  expect(await added(input, '-o', output, ...asked)).toMatchObject({ queued: 0, waiting: 1 });
  // Four parts, and the video itself.
  const share = async () => (await status()).done / 5;
  expect(await chaos(() => worker(), { workers: 2, kills: 1, share, seed: 3 })).toBeGreaterThan(0);
  expect(await status()).toMatchObject({ done: 5, left: 0, failed: 0, jobs: { waiting: 0, active: 0 } });
  expect(await readdir(first.output, { recursive: true })).toEqual(['a', 'a/film.mp4']);

  const plain = path.join(folder, 'plain.mp4');
  await perpixel(['video', 'denoise', film, '-o', plain, ...asked.slice(2), '--threads', '1', '--quiet']);
  expect(await framesOf(path.join(first.output, 'a', 'film.mp4'))).toEqual(await framesOf(plain));
  expect((await framesOf(plain)).filter((line) => line.startsWith('1,')).length, 'sound').toBeGreaterThan(10);
  expect(await added(input, '-o', output, ...asked)).toMatchObject({ queued: 0, done: 1 });
});

test('from bucket to bucket, as pictures that are steady over time', async () => {
  const { folder, film, added, worker, status } = await films(45);
  const client = new S3Client({ forcePathStyle: true });
  await versionedBucket(client, 'films');
  await client.send(new PutObjectCommand({ Bucket: 'films', Key: 'in/film.mp4', Body: await readFile(film) }));
  const asked = ['depth', '--memory', '3', '--segment', '15'];
  const { output } = await added('s3://films/in', '-o', 's3://films/out', 'video', ...asked);
  await Promise.all([worker().ended, worker().ended]);
  expect(await status()).toMatchObject({ done: 4, left: 0, failed: 0 });
  const { s3Output } = await import('../../src/fleet/stores/s3Store.js');
  const prefix = output.replace('s3://films/', '');
  // All below it: asked for one folder, moto's server names those, too, that held what is deleted.
  const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: 'films', Prefix: 'out/' }));
  expect(Contents.map(({ Key }) => Key)).toEqual([`${prefix}/film.mp4`]);
  const store = s3Output({ kind: 's3', bucket: 'films', prefix });
  const made = path.join(folder, 'made.mp4');
  await store.get('film.mp4', made);
  const plain = path.join(folder, 'plain.mp4');
  await perpixel(['video', 'depth', film, '-o', plain, ...asked.slice(1), '--threads', '1', '--quiet']);
  expect(await framesOf(made)).toEqual(await framesOf(plain));
  client.destroy();
});

test('a part that is done once more, and ready when the video is joined already, leaves nothing', async () => {
  const { input, film, folder, model, added, queue } = await films(16);
  const asked = ['video', 'denoise', '--model', model, '--segment', '8'];
  const { run, output } = await added(input, '-o', path.join(folder, 'out'), ...asked);
  await using fleet = await FleetQueue.open({ redis: redis.url, queue });
  const ready = await readyRun(run, await fleet.runText(run));
  const { size, mtime } = await stat(film);
  const video = { name: 'film.mp4', identity: `${size}-${mtime.getTime()}` };
  const models = createModels({ model, task: 'denoise' });
  const open = async (...asked: Parameters<typeof models.open>) => {
    await copyFile(film, path.join(output, 'a', 'film.mp4'));
    return models.open(...asked);
  };
  await mkdir(path.join(output, 'a'), { recursive: true });
  const job = { run, folder: 'a', video, part: 0, parts: 2 };
  expect(await doVideo(ready, job, { open, onProgress: () => {} })).toMatchObject({ result: { status: 'skipped' } });
  expect(await readdir(output, { recursive: true })).toEqual(['a', 'a/film.mp4']);
  await models.dispose();
});

test('a video that cannot be read is named; one that is called as none is left out; a task without frames is refused', async () => {
  const { folder, input, model, added, worker, status, run } = await films(3);
  const { copyFile, writeFile } = await import('node:fs/promises');
  await writeFile(path.join(input, 'bad.mov'), 'no video');
  await copyFile(model, path.join(input, 'notes.txt'));
  const asked = [input, '-o', path.join(folder, 'out'), 'video'];
  await added(...asked, 'denoise', '--model', model, '--skip-unknown');
  await worker().ended;
  while ((await status()).left > 0) await sleep(100);
  const bad = { photos: ['bad.mov'], reason: expect.stringMatching(/^E_(READ|FORMAT) /) };
  expect(await status()).toMatchObject({ done: 2, failed: 1, failures: [bad] });
  expect(await run('add', ...asked, 'nothing')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('video nothing'),
  });
});

/** FFmpeg's checksum of each frame and each packet of sound, with its time. */
async function framesOf(file: string): Promise<string[]> {
  const list = `${file}.framemd5`;
  ffmpeg('-i', file, '-map', '0', '-f', 'framemd5', list);
  return (await readFile(list, 'utf8'))
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .map((line) => line.replaceAll(' ', ''));
}
