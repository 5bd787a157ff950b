import path from 'node:path';
import type { FileResult } from '../pipelines/items.js';
import type { Progress } from '../pipelines/progress.js';
import type { Io } from './io.js';
import { noticeCounts } from './noticeCounts.js';
import { printable } from './printable.js';
import { rateText } from './rateText.js';

/** How a batch tells what it does. */
export interface Reporter {
  result(result: FileResult): void;
  /** A file in a folder is no picture by its name. */
  leftOut(file: string): void;
  progress(progress: Progress): void;
  /** A tile of a large picture is finished. */
  tile(input: string, finished: number, all: number): void;
  /** @param stopped by Ctrl-C */
  end(progress: Progress, stopped: boolean): void;
}

/** Leaves arrays of a report out of JSON: a kernel is for programs, and `--save-kernel` writes it. */
export const withoutArrays = (_: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && 'stride' in value && 'data' in value ? undefined : value;

/** `--json`: a line an event on standard output, for programs. */
export function jsonReporter({ stdout }: Pick<Io, 'stdout'>): Reporter {
  const write = (event: string, rest: object) => stdout.write(`${JSON.stringify({ event, ...rest }, withoutArrays)}\n`);
  return {
    result({ error, words: _, ...rest }) {
      const told = error && { code: error.code, message: error.message, expected: error.expected, cure: error.cure };
      write('file', { ...rest, ...(told && { error: told }) });
    },
    leftOut: (input) => write('leftOut', { input }),
    progress: (progress) => write('progress', progress),
    tile: (input, finished, all) => write('tile', { input, finished, all }),
    end: (progress, stopped) => write('end', { ...progress, stopped }),
  };
}

const TERMINAL_MS = 100;
const LOG_MS = 10_000;

/**
 * For people, on standard error: on a terminal one line that is written over, elsewhere (a log) a plain line every ten
 * seconds. Each file that failed is named with why at once and, where there are several, again at the end, where a long
 * run's reader looks first. What is not kept of a file, and why one is left as it is, is told of once a kind, and at the end of how many. What was found is told of a single photo. What was left out is counted: a folder of originals may have raw files that nobody reads here.
 *
 * @param options.clock milliseconds. @default performance.now
 */
export function humanReporter(
  { stderr }: Pick<Io, 'stderr'>,
  { quiet = false, skipUnknown = false, clock = () => performance.now() } = {},
): Reporter {
  const failures: string[] = [];
  const leftOut = new Map<string, number>();
  const told = noticeCounts();
  let words: readonly string[] = [];
  let last: Progress = { done: 0, failed: 0, skipped: 0, megapixels: 0, seconds: 0, rate: 0 };
  // A log's first line comes when there is something to say.
  let shownAt = stderr.isTTY ? Number.NEGATIVE_INFINITY : clock();
  const clear = () => stderr.isTTY && !quiet && stderr.write('\r\x1b[K');
  const show = (part?: string) => {
    if (quiet || clock() - shownAt < (stderr.isTTY ? TERMINAL_MS : LOG_MS)) return;
    shownAt = clock();
    const line = lineOf(last, part);
    // A line that wraps could not be written over.
    stderr.write(stderr.isTTY ? `\r\x1b[K${line.slice(0, (stderr.columns ?? 80) - 1)}` : `${line}\n`);
  };
  return {
    result({ status, error, input, report, words: own = [] }) {
      words = own;
      const leftAlone = report.leftAlone === undefined ? [] : [`left as it is: ${report.leftAlone}`];
      for (const notice of [...leftAlone, ...((report.notices as string[] | undefined) ?? [])]) {
        if (told.add(notice) > 1 || quiet) continue;
        clear();
        stderr.write(`${printable(input)}: ${printable(notice)}\n`);
      }
      if (status !== 'failed' || !error) return;
      failures.push(`${error.code}  ${printable(error.message)}`);
      clear();
      stderr.write(`${failures.at(-1)}\n`);
    },
    leftOut(file) {
      const extension = printable(path.extname(file).toLowerCase()) || 'without an extension';
      leftOut.set(extension, (leftOut.get(extension) ?? 0) + 1);
    },
    progress(progress) {
      last = progress;
      show();
    },
    tile: (input, finished, all) => show(`${Math.round((100 * finished) / all)} % of ${printable(input)}`),
    end(progress, stopped) {
      clear();
      if (quiet) return;
      // A short batch is over before its files are counted; then those that came through are all there were.
      const total = stopped ? progress.total : progress.done + progress.skipped + progress.failed;
      stderr.write(`${lineOf({ ...progress, total, secondsLeft: undefined })}\n`);
      // Of many photos the page tells it, and JSON.
      if (progress.done === 1) for (const line of words) stderr.write(`${printable(line)}\n`);
      if (failures.length > 1) stderr.write(`Failed:\n${failures.map((line) => `  ${line}\n`).join('')}`);
      for (const [notice, count] of told.all())
        if (count > 1) stderr.write(`In ${count} files: ${printable(notice)}\n`);
      if (leftOut.size > 0) {
        const cure = skipUnknown ? '' : ' (no failure with --skip-unknown; --exclude leaves them out by name)';
        stderr.write(`Left out, no pictures by their names: ${counts(leftOut)}${cure}\n`);
      }
      if (stopped) stderr.write('Stopped; run the same command again to resume.\n');
    },
  };
}

/** `12 of 40 files, 2 skipped, 1 failed, 30 % of x.tif, 0.85 megapixels/s, 3 min left` */
function lineOf({ done, skipped, failed, total, rate, secondsLeft }: Progress, part?: string): string {
  const count = done + skipped + failed;
  const parts = [
    `${count}${total === undefined ? '' : ` of ${total}`} ${(total ?? count) === 1 ? 'file' : 'files'}`,
    skipped > 0 && `${skipped} skipped`,
    failed > 0 && `${failed} failed`,
    part,
    rate > 0 && `${rateText(rate)} megapixels/s`,
    secondsLeft !== undefined && secondsLeft > 0 && `${duration(secondsLeft)} left`,
  ];
  return parts.filter(Boolean).join(', ');
}

/** `12 .nef, 3 .bmp`, the most first. */
const counts = (extensions: ReadonlyMap<string, number>): string =>
  [...extensions]
    .sort(([, a], [, b]) => b - a)
    .map(([extension, count]) => `${count} ${extension}`)
    .join(', ');

/** `45 s`, `12 min`, `3.5 h` */
export function duration(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${minutes} min` : `${(minutes / 60).toFixed(1)} h`;
}
