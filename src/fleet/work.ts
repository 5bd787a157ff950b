import type { Job, WorkerOptions } from 'bullmq';
import { PerpixelError } from '../core/errors.js';
import { failureOf } from '../core/failureOf.js';
import { parseOptions } from '../core/parseOptions.js';
import type { PhotoResult } from './doShard.js';
import type { VideoOutcome } from './doVideo.js';
import { peer } from './peers.js';
import { type JobOutcome, PhotoProcess, type PhotoProcessOptions, ProcessEnded, Unable } from './photoProcess.js';
import type { FleetQueue } from './queue.js';
import { countOf, type FleetJob, jobSchema, namesOf, type Shard, type VideoJob } from './shard.js';
import { removeStaleFolders } from './temporary.js';

/** How a worker works. */
export interface WorkOptions extends PhotoProcessOptions {
  /** Shards at a time, each in a process of its own. */
  concurrency: number;
  /** A worker that does not show that it lives for so long loses its jobs to others. */
  lockMs: number;
  /** End when nothing is left to do; else wait for more. */
  untilDone: boolean;
  /** Aborts: jobs in work are given back. */
  signal: AbortSignal;
  onResult(result: PhotoResult): void;
  /** A photo is given up. */
  onFailed(photo: string, error: PerpixelError): void;
  /** Told when the number of shards in work changes. */
  onActive(count: number): void;
}

/** Times that a photo, alone, may take its process or worker along before it is given up. */
const DEATHS = 3;
/** What will fail again, however often it is tried. */
const LASTING: ReadonlySet<string> = new Set(['E_FORMAT', 'E_SIZE', 'E_OPTION', 'E_BUG']);
const ASK_MS = 500;

/**
 * Works on the photos of a queue until it is told to end.
 *
 * @throws PerpixelError where this machine lacks what a run needs: its job is given back, for others
 */
export async function work(queue: FleetQueue, options: WorkOptions): Promise<void> {
  const { concurrency, lockMs, untilDone, signal, onResult, onFailed, onActive } = options;
  const { Worker, UnrecoverableError, WaitingError } = await peer('bullmq', () => import('bullmq'));
  await removeStaleFolders();
  const idle = Array.from({ length: concurrency }, () => new PhotoProcess(options));
  const aborter = new AbortController();
  const stop = AbortSignal.any([signal, aborter.signal]);
  let active = 0;
  let end: PerpixelError | undefined;

  async function inTurn(job: Job<FleetJob>, token?: string): Promise<void> {
    onActive(++active);
    const own = idle.pop()!;
    try {
      await attempt(job, own);
    } catch (error) {
      if (error instanceof Unable) end ??= error.reason;
      if (!(error instanceof Unable) && !stop.aborted) throw error;
      aborter.abort();
      await job.moveToWait(token);
      throw new WaitingError();
    } finally {
      idle.push(own);
      onActive(--active);
    }
  }

  async function attempt(job: Job<FleetJob>, own: PhotoProcess): Promise<void> {
    if (await queue.isFinished(job)) return;
    const data = dataOf(job);
    const isOne = countOf(data) === 1;
    const [name] = namesOf(data);
    if (isOne && job.stalledCounter + job.attemptsMade >= DEATHS) {
      throw lasting(endedBy(name, `it took its worker along ${DEATHS} times`));
    }
    // Whoever had it is gone; which photo it was that took it along shows when each is alone.
    if ('photos' in data && !isOne && job.stalledCounter > 0) return finish(job, data, 0, data.photos);

    const isAgain = job.attemptsStarted > 1 || queue.isAlone(job);
    const run = await queue.runText(data.run).catch((error) => {
      throw lasting(error);
    });
    let outcome: JobOutcome;
    try {
      outcome = await own.run({ key: data.run, run, job: data, isAgain }, stop);
    } catch (error) {
      if (error instanceof PerpixelError) throw lasting(error);
      if (!(error instanceof ProcessEnded)) throw error;
      const cause = endedBy(name, error.message);
      if (isOne || !('photos' in data)) throw new Error(reasonOf(cause), { cause });
      return finish(job, data, 0, data.photos);
    }
    if ('photos' in outcome) await photosDone(job, data as Shard, outcome.photos, isAgain);
    else await videoDone(job, data as VideoJob, outcome);
  }

  async function photosDone(job: Job<FleetJob>, shard: Shard, results: PhotoResult[], isAgain: boolean): Promise<void> {
    const { photos } = shard;
    const failed = results.filter(({ status }) => status === 'failed');
    const done = results.filter(({ status }) => status === 'done' || (status === 'skipped' && isAgain));
    for (const result of results) if (result.status !== 'failed') onResult(result);
    if (photos.length === 1 && failed.length > 0) throw failureOfOne(failed[0]);
    const names = new Set(failed.map(({ name }) => name));
    await finish(
      job,
      shard,
      done.length,
      photos.filter(({ name }) => names.has(name)),
    );
  }

  /** What follows is queued before it is counted, so that there is always something left until the video is joined. */
  async function videoDone(job: Job<FleetJob>, video: VideoJob, outcome: VideoOutcome): Promise<void> {
    const { result, parts, missing, isWhole } = outcome;
    if (result?.status === 'failed') throw failureOfOne(result);
    if (missing) await queue.addParts(video, parts!, missing);
    if (isWhole) await queue.addJoin(video);
    await queue.finish(job, 1, result ? 1 : 0);
    if (result) onResult(result);
  }

  function failureOfOne({ error: parts }: PhotoResult): Error {
    const error = new PerpixelError(parts!);
    return LASTING.has(error.code) ? lasting(error) : new Error(reasonOf(error), { cause: error });
  }

  function dataOf(job: Job<FleetJob>): FleetJob {
    try {
      return parseOptions(jobSchema(job.data), job.data, (name) => `job ${job.id}, ${name}`);
    } catch (error) {
      throw lasting(error);
    }
  }

  /** Counts what is done, and queues the rest, each by itself. */
  async function finish(job: Job<FleetJob>, shard: Shard, done: number, rest: Shard['photos']): Promise<void> {
    await queue.addAlone(shard, rest);
    await queue.finish(job, shard.photos.length, done);
  }

  /** What fails a job for good, whatever attempts it has. */
  function lasting(error: unknown): Error {
    if (!(error instanceof PerpixelError)) return error as Error;
    return Object.assign(new UnrecoverableError(reasonOf(error)), { cause: error });
  }

  const worker = new Worker<FleetJob>(queue.jobs.name, inTurn, {
    connection: queue.redis as unknown as WorkerOptions['connection'],
    concurrency,
    lockDuration: lockMs,
    stalledInterval: lockMs,
    // How often is enough is decided above, where it is known what for.
    maxStalledCount: 1_000_000,
    drainDelay: 1,
  });
  // Of a Redis that is gone for a while, and of locks that were lost meanwhile: the queue sees to both.
  worker.on('error', () => {});
  worker.on('failed', (job, error) => {
    // Those that are tried again are not told of.
    if (job?.finishedOn === undefined) return;
    onFailed(namesOf(job.data)[0] ?? job.id!, error.cause instanceof PerpixelError ? error.cause : failureOf(error));
  });
  await ended(stop, async () => {
    if (!untilDone) return false;
    const { wait, active: inWork, delayed } = await queue.jobs.getJobCounts('wait', 'active', 'delayed');
    return wait + inWork + delayed === 0;
  });
  aborter.abort();
  await worker.close();
  for (const each of idle) each.end();
  if (end !== undefined) throw end;
}

/** Waits for the signal, or for what is asked now and then. */
async function ended(signal: AbortSignal, isDone: () => Promise<boolean>): Promise<void> {
  while (!signal.aborted && !(await isDone())) {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(over, ASK_MS);
      signal.addEventListener('abort', over);
      function over() {
        clearTimeout(timer);
        signal.removeEventListener('abort', over);
        resolve();
      }
    });
  }
}

/** An error as the queue keeps it, in one line. */
const reasonOf = (error: PerpixelError): string => `${error.code}  ${error.message}`;

function endedBy(subject: string, received: string): PerpixelError {
  return new PerpixelError({
    code: 'E_ENGINE',
    subject,
    received: `the process that worked on it ended: ${received}`,
    expected: 'one that lives through it',
    cure: 'Look at the photo; give workers more memory, or --patience to one that is slow.',
  });
}
