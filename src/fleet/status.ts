import type { Counts, FleetQueue } from './queue.js';
import { namesOf } from './shard.js';

/** A job that failed, and why. */
export interface Failure {
  run: string;
  /** Below the input. */
  photos: string[];
  reason: string;
}

/** How a fleet stands. */
export interface Status {
  /** Photos whose results are there. */
  done: number;
  failed: number;
  /** Photos that wait or are in work. */
  left: number;
  /** Photos a second, of late. */
  rate: number;
  secondsLeft?: number;
  workers: number;
  jobs: { waiting: number; active: number; delayed: number; failed: number };
  /** By name; failed ones are among those left. */
  runs: ({ run: string } & Counts)[];
  /** Of the failed jobs the last, at most as many as were asked for. */
  failures: Failure[];
}

/** Asks the queue; no store is read. @param most failures that are listed */
export async function statusOf(queue: FleetQueue, { most }: { most: number }): Promise<Status> {
  const [counts, rate, workers, jobs] = await Promise.all([
    queue.counts(),
    queue.rate(),
    queue.jobs.getWorkersCount(),
    queue.jobs.getJobCounts('wait', 'active', 'delayed', 'failed'),
  ]);
  const failures: Failure[] = [];
  // A job that fails has one photo, but for those that something else than a worker ended.
  for await (const { name, data, failedReason } of most > 0 ? queue.failed() : []) {
    const photos = namesOf(data);
    failures.push({ run: name, photos, reason: failedReason ?? '' });
    if (failures.length === most) break;
  }
  const runs = [...counts].map(([run, own]) => ({ run, ...own }));
  const sum = (what: 'done' | 'left') => runs.reduce((all, own) => all + own[what], 0);
  const left = Math.max(0, sum('left') - jobs.failed);
  return {
    done: sum('done'),
    failed: jobs.failed,
    left,
    rate,
    ...(rate > 0 && left > 0 && { secondsLeft: left / rate }),
    workers,
    jobs: { waiting: jobs.wait, active: jobs.active, delayed: jobs.delayed, failed: jobs.failed },
    runs,
    failures,
  };
}
