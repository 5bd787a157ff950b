import {
  asyncScheduler,
  connect,
  defer,
  from,
  last,
  map,
  merge,
  NEVER,
  type ObservableInput,
  type OperatorFunction,
  scan,
  type TimestampProvider,
  takeUntil,
} from 'rxjs';
import type { FileResult } from './items.js';

/** How far a batch is. */
export interface Progress {
  done: number;
  failed: number;
  skipped: number;
  /** Files in all; undefined until they are counted. */
  total?: number;
  /** Megapixels of the files done. */
  megapixels: number;
  /** Time since the start. */
  seconds: number;
  /** Megapixels a second since the start; 0 before the first file is done. */
  rate: number;
  /** Time that the rest will take at the pace so far; undefined where the total or the pace is not known. */
  secondsLeft?: number;
}

/** What the pace of a batch is reckoned from. */
export interface ProgressOptions {
  /** The number of files, as soon as somebody has counted them: `countFiles(inputs)`. @default never known */
  total?: ObservableInput<number>;
  /** @default the clock */
  clock?: TimestampProvider;
}

/** Results to how far the batch is: after each file, and when the total becomes known. */
export function progress({
  total = NEVER,
  clock = asyncScheduler,
}: ProgressOptions = {}): OperatorFunction<FileResult, Progress> {
  return (source) =>
    defer(() => {
      const start = clock.now();
      const nothing = { done: 0, failed: 0, skipped: 0, megapixels: 0, seconds: 0, rate: 0 };
      return source.pipe(
        connect((results) =>
          merge(
            from(total).pipe(
              map((known) => (before: Progress) => ({ ...before, total: known })),
              takeUntil(results.pipe(last(null, null))),
            ),
            results.pipe(map((result) => (before: Progress) => counted(before, result))),
          ),
        ),
        scan((before: Progress, change) => paced(change(before), (clock.now() - start) / 1000), nothing),
      );
    });
}

function counted(before: Progress, { status, megapixels }: FileResult): Progress {
  return { ...before, [status]: before[status] + 1, megapixels: before.megapixels + megapixels };
}

/** Files that were skipped took no time, and say nothing about the pace of the others. */
function paced(now: Progress, seconds: number): Progress {
  const worked = now.done + now.failed;
  const left = now.total === undefined ? undefined : Math.max(0, now.total - worked - now.skipped);
  return {
    ...now,
    seconds,
    rate: now.megapixels > 0 && seconds > 0 ? now.megapixels / seconds : 0,
    secondsLeft: left === undefined || worked === 0 ? undefined : (seconds / worked) * left,
  };
}
