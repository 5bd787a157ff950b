/**
 * `npx tsx bench/fleetScale.ts [PHOTOS] [WORKERS] [SHARD]`: no pictures, but the real queue: photos are queued as `fleet add` does, and
 * workers take jobs, count them and do nothing else. Prints time and memory of Redis and of who queues; a line for each tenth.
 * Needs redis-server.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type ConnectionOptions, Worker } from 'bullmq';
import { FleetQueue, type Queued } from '../src/fleet/queue.js';
import type { Run } from '../src/fleet/run.js';
import { countOf, type FleetJob, shardId } from '../src/fleet/shard.js';
import { statusOf } from '../src/fleet/status.js';
import { startRedis } from '../test/helpers/fleetServers.js';

const FOLDER = 1000;
const BATCH = 200;
/** Each has a part of the workers. */
const PROCESSES = 2;
const MiB = 2 ** 20;

const run: Run = {
  ...{ input: '/mnt/archive', output: '/mnt/results', quality: 'balanced', limitPixels: 1e8 },
  ...{ tasks: [{ name: 'denoise', options: {} }], sideFiles: {}, overrides: {}, models: '0'.repeat(64) },
};

async function workers(redis: string, count: number): Promise<void> {
  const queue = await FleetQueue.open({ redis, queue: 'perpixel' });
  const work = async (job: Parameters<FleetQueue['finish']>[0]) => {
    const length = countOf(job.data);
    await queue.finish(job, length, length);
  };
  for (let i = 0; i < count; i++) {
    const connection = queue.redis as unknown as ConnectionOptions;
    new Worker<FleetJob>('perpixel', work, { connection, lockDuration: 60_000, stalledInterval: 60_000 }).on(
      'error',
      () => {},
    );
  }
}

async function simulate(photos: number, count: number, shard: number): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'perpixel-fleet-scale-'));
  const redis = await startRedis(folder);
  const children: ChildProcess[] = [];
  try {
    await using queue = await FleetQueue.open({ redis: redis.url, queue: 'perpixel' });
    const used = async () => {
      const info = await queue.redis.info('memory');
      return Math.round(Number(/used_memory:(\d+)/.exec(info)![1]) / MiB);
    };
    let start = performance.now();
    const seconds = () => Math.round((performance.now() - start) / 1000);
    const tell = async (step: string, done: number) =>
      console.log(
        JSON.stringify({
          ...{ step, photos: done, seconds: seconds(), redisMiB: await used() },
          memoryMiB: Math.round(process.memoryUsage().rss / MiB),
        }),
      );
    const key = await queue.addRun(run);
    let batch: Queued[] = [];
    for (let i = 0; i < photos; i += shard) {
      const inside = Array.from({ length: shard }, (_, n) => ({
        name: `IMG_${String(i + n).padStart(8, '0')}.jpg`,
        identity: `${4_000_000 + n}-17000${String(i + n).padStart(8, '0')}`,
      }));
      const own = { run: key, folder: `2019/${Math.floor(i / FOLDER)}`, photos: inside };
      batch.push({ id: shardId(own), job: own });
      if (batch.length === BATCH || i + shard >= photos) {
        await queue.add(batch);
        batch = [];
      }
      if (Math.floor((i + shard) / (photos / 10)) > Math.floor(i / (photos / 10))) await tell('queued', i + shard);
    }
    let from = performance.now();
    const { left } = await statusOf(queue, { most: 20 });
    console.log(JSON.stringify({ step: 'status', left, ms: Math.round(performance.now() - from) }));

    start = performance.now();
    for (let i = 0; i < PROCESSES; i++) {
      children.push(fork(fileURLToPath(import.meta.url), ['workers', redis.url, String(count / PROCESSES)]));
    }
    let tenth = 0;
    for (;;) {
      from = performance.now();
      const { done, rate, workers: seen } = await statusOf(queue, { most: 0 });
      if (Math.floor(done / (photos / 10)) > tenth) {
        tenth = Math.floor(done / (photos / 10));
        await tell('done', done);
        console.log(
          JSON.stringify({ rate: Math.round(rate), workers: seen, statusMs: Math.round(performance.now() - from) }),
        );
      }
      if (done >= photos) break;
      await sleep(200);
    }
  } finally {
    for (const child of children) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    await redis.stop();
    await rm(folder, { recursive: true });
  }
}

const [first, ...rest] = process.argv.slice(2);
if (first === 'workers') await workers(rest[0], Number(rest[1]));
else await simulate(Number(first ?? 10_000_000), Number(rest[0] ?? 200), Number(rest[1] ?? 16));
