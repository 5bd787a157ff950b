import type { FileResult } from '../pipelines/items.js';
import type { Progress } from '../pipelines/progress.js';
import type { Io } from './io.js';

/** How a batch tells what it does. */
export interface Reporter {
  result(result: FileResult): void;
  progress(progress: Progress): void;
  end(progress: Progress): void;
}

/** `--json`: a line an event on standard output, for programs. */
export function jsonReporter({ stdout }: Pick<Io, 'stdout'>): Reporter {
  const write = (event: string, rest: object) => stdout.write(`${JSON.stringify({ event, ...rest })}\n`);
  return {
    result({ error, ...rest }) {
      const told = error && { code: error.code, message: error.message, expected: error.expected, cure: error.cure };
      write('file', { ...rest, ...(told && { error: told }) });
    },
    progress: (progress) => write('progress', progress),
    end: (progress) => write('end', progress),
  };
}

/**
 * For people, on standard error: on a terminal one line that is written over, elsewhere (a log) a plain line every ten
 * seconds. Each file that failed is named with why at once and again at the end, where a long run's reader looks first.
 */
export function humanReporter({ stderr }: Pick<Io, 'stderr'>, { quiet = false } = {}): Reporter {
  const failures: string[] = [];
  let shownAt = Number.NEGATIVE_INFINITY;
  const clear = () => stderr.isTTY && !quiet && stderr.write('\r\x1b[K');
  return {
    result({ status, error }) {
      if (status !== 'failed' || !error) return;
      failures.push(`${error.code}  ${error.message}`);
      clear();
      stderr.write(`${failures.at(-1)}\n`);
    },
    progress(progress) {
      const now = performance.now();
      if (quiet || now - shownAt < (stderr.isTTY ? 100 : 10_000)) return;
      // The first line of a log comes when there is something to say.
      if (!stderr.isTTY && shownAt === Number.NEGATIVE_INFINITY) {
        shownAt = now;
        return;
      }
      shownAt = now;
      stderr.write(stderr.isTTY ? `\r\x1b[K${lineOf(progress)}` : `${lineOf(progress)}\n`);
    },
    end(progress) {
      clear();
      if (quiet) return;
      stderr.write(`${lineOf(progress)}\n`);
      if (failures.length > 1) stderr.write(`Failed:\n${failures.map((line) => `  ${line}\n`).join('')}`);
    },
  };
}

/** `12 of 40 files, 2 there before, 1 failed, 0.85 megapixels/s, 3 min left` */
function lineOf({ done, skipped, failed, total, rate, secondsLeft }: Progress): string {
  const all = total === undefined ? '' : ` of ${total}`;
  const parts = [
    `${done + skipped + failed}${all} ${(total ?? done + skipped + failed) === 1 ? 'file' : 'files'}`,
    skipped > 0 && `${skipped} there before`,
    failed > 0 && `${failed} failed`,
    rate > 0 && `${rate.toPrecision(2)} megapixels/s`,
    secondsLeft !== undefined && secondsLeft > 0 && `${duration(secondsLeft)} left`,
  ];
  return parts.filter(Boolean).join(', ');
}

/** `45 s`, `12 min`, `3.5 h` */
export function duration(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${minutes} min` : `${(minutes / 60).toFixed(1)} h`;
}
