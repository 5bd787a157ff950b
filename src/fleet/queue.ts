import type { Job, JobsOptions, Queue, QueueOptions } from 'bullmq';
import type { Redis } from 'ioredis';
import { PerpixelError } from '../core/errors.js';
import { peer } from './peers.js';
import type { Run } from './run.js';
import { runKey } from './runKey.js';
import { countOf, type FleetJob, namesOf, type Shard, shardId, type VideoJob, videoId } from './shard.js';

/** Where the queue is. */
export interface QueueAddress {
  /** `redis://` or, by TLS, `rediss://`, with user and password where Redis asks for them. */
  redis: string;
  /** Name of the queue: several can be on one Redis. */
  queue: string;
}

/** How photos stand. */
export interface Counts {
  /** Results that are there. */
  done: number;
  /** Photos that are in the queue, in work, or failed. */
  left: number;
}

/** A job, and its name: what is queued under a name that is there stays there once. */
export interface Queued {
  id: string;
  job: FleetJob;
}

/** Photos of each run are counted under its name, and jobs mark themselves as counted, so that what is done twice counts once. */
const LIST = `
local new = 0
for i, job in ipairs(KEYS) do
  if i > 1 and redis.call('EXISTS', job) == 1 and redis.call('HSETNX', job, 'listed', 1) == 1 then new = new + ARGV[i] end
end
redis.call('HINCRBY', KEYS[1], ARGV[1] .. ':left', new)
return new`;
const FINISH = `
if redis.call('EXISTS', KEYS[2]) == 0 or redis.call('HSETNX', KEYS[2], 'counted', 1) == 0 then return 0 end
if redis.call('HSETNX', KEYS[2], 'listed', 1) == 0 then redis.call('HINCRBY', KEYS[1], ARGV[1] .. ':left', -ARGV[2]) end
redis.call('HINCRBY', KEYS[1], ARGV[1] .. ':done', ARGV[3])
redis.call('INCRBY', KEYS[3], ARGV[3])
redis.call('EXPIRE', KEYS[3], ARGV[4])
return 1`;

/** Results are counted in turns of this length, to tell how fast they come. */
const TURN_MS = 10_000;
const TURNS = 12;

const ALONE = '-alone';
/** What fails is tried again twice, a while later: it may have been the store. */
const ALONE_OPTIONS: JobsOptions = {
  attempts: 3,
  backoff: { type: 'exponential', delay: 1000 },
  // Kept for as long as the shard that it came from may come again: it is then known that this is done.
  removeOnComplete: { age: 3600 },
  removeOnFail: false,
  stackTraceLimit: 0,
};
/** Done and gone: the store is where it is known what is done. */
const TOGETHER: JobsOptions = {
  attempts: 3,
  backoff: { type: 'exponential', delay: 1000 },
  removeOnComplete: true,
  removeOnFail: false,
  stackTraceLimit: 0,
};

/** Jobs are read and written this many at a time. */
const PAGE = 500;

/** The queue of a fleet, and what is counted beside it. */
export class FleetQueue implements AsyncDisposable {
  readonly jobs: Queue<FleetJob>;
  readonly #redis: Redis;

  private constructor(redis: Redis, jobs: Queue<FleetJob>) {
    this.#redis = redis;
    this.jobs = jobs;
  }

  /** @throws PerpixelError E_PROGRAM a package is missing, or Redis cannot be reached; E_OPTION a bad address */
  static async open({ redis: url, queue: name }: QueueAddress): Promise<FleetQueue> {
    const { Queue } = await peer('bullmq', () => import('bullmq'));
    const redis = await connect(url);
    const jobs = new Queue<FleetJob>(name, { connection: redis as unknown as QueueOptions['connection'] });
    jobs.on('error', () => {}); // What is asked of it waits until Redis is there again.
    return new FleetQueue(redis, jobs);
  }

  /** The connection, for a worker to have more like it. */
  get redis(): Redis {
    return this.#redis;
  }

  /** Writes down what is to be done. @returns its name */
  async addRun(run: Run): Promise<string> {
    const key = runKey(run);
    await this.#redis.hset(this.#key('runs'), key, JSON.stringify(run));
    return key;
  }

  /** A run as it was written down. @throws PerpixelError E_OPTION there is none of that name */
  async runText(key: string): Promise<string> {
    const text = await this.#redis.hget(this.#key('runs'), key);
    if (text !== null) return text;
    throw new PerpixelError({
      code: 'E_OPTION',
      subject: `run ${key}`,
      received: 'no such run in the queue',
      expected: 'one that perpixel fleet add has written there',
      cure: 'Run perpixel fleet add again.',
    });
  }

  /** Names of all runs. */
  async runs(): Promise<string[]> {
    return (await this.#redis.hkeys(this.#key('runs'))).sort();
  }

  /** Queues photos of one run. @returns how many of them were not in the queue */
  add(queued: readonly Queued[]): Promise<number> {
    return this.#addBulk(queued, TOGETHER);
  }

  /** Queues photos of a shard again, each by itself, so that none can take others along. */
  async addAlone(shard: Shard, photos: Shard['photos']): Promise<void> {
    const queued = photos.map((photo) => {
      const own = { ...shard, photos: [photo] };
      return { id: `${shardId(own)}${ALONE}`, job: own };
    });
    await this.#addBulk(queued, ALONE_OPTIONS);
  }

  /** Whether a job was queued by `addAlone`: its results may be there. */
  isAlone(job: Job<FleetJob>): boolean {
    return job.id!.endsWith(ALONE);
  }

  /** Queues parts of a video. */
  async addParts(video: VideoJob, parts: number, missing: readonly number[]): Promise<void> {
    for (let start = 0; start < missing.length; start += PAGE) {
      const queued = missing.slice(start, start + PAGE).map((part) => {
        return { id: `${videoId(video)}-${part}`, job: { ...video, part, parts } };
      });
      await this.#addBulk(queued, TOGETHER);
    }
  }

  /** Queues a video whose parts are all there, to be joined. */
  async addJoin({ run, folder, video }: VideoJob): Promise<void> {
    const job = { run, folder, video };
    await this.#addBulk([{ id: `${videoId(job)}-join`, job }], TOGETHER);
  }

  async #addBulk(queued: readonly Queued[], opts: JobsOptions): Promise<number> {
    if (queued.length === 0) return 0;
    const [{ run }] = queued.map(({ job }) => job);
    await this.jobs.addBulk(
      queued.map(({ id, job: data }) => ({ name: data.run, data, opts: { ...opts, jobId: id } })),
    );
    const keys = queued.map(({ id }) => this.jobs.toKey(id));
    const counts = queued.map(({ job }) => countOf(job));
    const added = await this.#redis.eval(LIST, keys.length + 1, this.#key('counts'), ...keys, run, ...counts);
    return Number(added);
  }

  /**
   * Counts what came of a job, once, however often it is done.
   *
   * @param count photos of the job
   * @param done results that are there now
   */
  async finish(job: Job<FleetJob>, count: number, done: number): Promise<void> {
    const keys = [this.#key('counts'), this.jobs.toKey(job.id!), this.#turn(Date.now())];
    await this.#redis.eval(FINISH, 3, ...keys, job.data.run, count, done, (2 * TURNS * TURN_MS) / 1000);
  }

  /** Whether it was counted: nothing is left to do of it. */
  async isFinished(job: Job<FleetJob>): Promise<boolean> {
    return (await this.#redis.hexists(this.jobs.toKey(job.id!), 'counted')) === 1;
  }

  /** How photos stand, by run. */
  async counts(): Promise<Map<string, Counts>> {
    const counts = new Map<string, Counts>();
    for (const run of await this.runs()) counts.set(run, { done: 0, left: 0 });
    for (const [field, value] of Object.entries(await this.#redis.hgetall(this.#key('counts')))) {
      const [run, what] = field.split(':');
      const own = counts.get(run) ?? { done: 0, left: 0 };
      counts.set(run, { ...own, [what]: Number(value) });
    }
    return counts;
  }

  /** Results a second, over the last two minutes or since the first. */
  async rate(now = Date.now()): Promise<number> {
    const turns = Array.from({ length: TURNS }, (_, i) => this.#turn(now - i * TURN_MS));
    const values = (await this.#redis.mget(...turns)).map(Number);
    const oldest = values.findLastIndex((value) => value > 0);
    const seconds = (oldest * TURN_MS + (now % TURN_MS)) / 1000;
    return oldest < 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / Math.max(1, seconds);
  }

  /** Jobs that failed, the last first, some at a time. */
  async *failed(): AsyncGenerator<Job<FleetJob>> {
    for (let start = 0; ; start += PAGE) {
      const page = await this.jobs.getFailed(start, start + PAGE - 1);
      yield* page.filter((job) => job !== undefined);
      if (page.length < PAGE) return;
    }
  }

  /** Puts what failed back into the queue. @returns how many jobs */
  async retry(): Promise<number> {
    // Those of now: what fails again meanwhile is for another time.
    const all = await this.jobs.getFailedCount();
    for (let count = 0; count < all; ) {
      const page = (await this.jobs.getFailed(-Math.min(PAGE, all - count), -1)).filter((job) => job !== undefined);
      if (page.length === 0) return count;
      for (const job of page) {
        // How often it took its worker along.
        await this.#redis.hdel(this.jobs.toKey(job.id!), 'stc');
        await job.retry('failed', { resetAttemptsMade: true });
      }
      count += page.length;
    }
    return all;
  }

  /** Takes out what waits, and with `failed` what failed; what is in work is finished. Counts are what is left then. */
  async drain({ failed }: { failed: boolean }): Promise<void> {
    await this.jobs.drain(true);
    if (failed) while ((await this.jobs.clean(0, PAGE, 'failed')).length > 0);
    const left = new Map<string, number>();
    for (const state of ['active', 'failed'] as const) {
      for (let start = 0; ; start += PAGE) {
        const page = await this.jobs.getJobs([state], start, start + PAGE - 1);
        for (const { name, data } of page) left.set(name, (left.get(name) ?? 0) + namesOf(data).length);
        if (page.length < PAGE) break;
      }
    }
    for (const run of await this.runs()) {
      if (left.has(run)) await this.#redis.hset(this.#key('counts'), `${run}:left`, left.get(run)!);
      else {
        await this.#redis.hdel(this.#key('counts'), `${run}:left`, `${run}:done`);
        await this.#redis.hdel(this.#key('runs'), run);
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.jobs.close();
    this.#redis.disconnect();
  }

  /** Beside BullMQ's own keys, and on the same machine of a cluster. */
  #key(name: string): string {
    return this.jobs.toKey(`fleet:${name}`);
  }

  #turn(time: number): string {
    return this.#key(`done:${Math.floor(time / TURN_MS)}`);
  }
}

/** Connects, or says at once why not; a connection that is lost later is made again for as long as it takes. */
async function connect(url: string): Promise<Redis> {
  const { Redis } = await peer('ioredis', () => import('ioredis'));
  const shown = withoutPassword(url);
  const redis = new Redis(url, {
    lazyConnect: true,
    maxRetriesPerRequest: null,
    connectTimeout: 5000,
    retryStrategy: (times) => Math.min(times * 100, 2000),
  });
  let reason: Error | undefined;
  redis.on('error', (error) => {
    reason = error;
  });
  try {
    await redis.connect();
    await redis.ping();
  } catch (cause) {
    redis.disconnect();
    const { message, code } = (reason ?? cause) as NodeJS.ErrnoException;
    throw new PerpixelError({
      code: 'E_PROGRAM',
      subject: `Redis at ${shown}`,
      received: code === 'ECONNREFUSED' ? 'nobody who answers' : message.split('\n')[0],
      expected: 'a Redis of version 6.2 or newer',
      cure: 'Start it, or name it by --redis or REDIS_URL: redis://[user:password@]host:6379, with TLS rediss://.',
      cause,
    });
  }
  return redis;
}

/** An address as it may be shown. @throws PerpixelError E_OPTION it is none */
export function withoutPassword(url: string): string {
  if (/^rediss?:\/\//.test(url) && URL.canParse(url)) {
    const { protocol, host, pathname } = new URL(url);
    return `${protocol}//${host}${pathname}`;
  }
  const isPostgres = /^postgres(?:ql)?:/.test(url);
  throw new PerpixelError({
    code: 'E_OPTION',
    subject: '--redis',
    // What is no address may hold a password all the same.
    received: isPostgres ? 'the address of a PostgreSQL' : 'no address of a Redis',
    expected: 'redis://[user:password@]host:6379, or with TLS rediss://',
    cure: isPostgres
      ? 'BullMQ has it as a backend, a fleet has not (docs/fleet.md): start a Redis.'
      : 'Check its spelling.',
  });
}
