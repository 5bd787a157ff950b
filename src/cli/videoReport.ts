import type { Frame } from '../video/frame.js';
import type { Io } from './io.js';
import { noticeCounts } from './noticeCounts.js';
import { printable } from './printable.js';
import { rateText } from './rateText.js';
import { duration } from './report.js';

/** How far a video is. */
export interface VideoProgress {
  /** Frames of the result so far, those of an earlier run included. */
  frames: number;
  /** In the source, as far as it says. */
  total?: number;
  /** Frames that an earlier run had done. */
  before: number;
  damaged: number;
  dropped: number;
  /** Since the start. */
  seconds: number;
}

/** How a run over a video tells what it does. */
export interface VideoReporter {
  /** What the source has and the result will not, in words. */
  notKept(what: readonly string[]): void;
  /** What was measured in the video so far, as the task reports it; the last word counts. */
  measured(facts: object, words: readonly string[]): void;
  /** A frame is written; it tells why where another stands in for it. */
  frame(frame: Frame, progress: VideoProgress): void;
  /** @param stopped by Ctrl-C */
  end(progress: VideoProgress, stopped: boolean): void;
}

const TERMINAL_MS = 100;
const LOG_MS = 10_000;

/** `--json`: damaged frames, progress at most ten times a second, and the end, a line each on standard output. */
export function jsonVideoReporter({ stdout }: Pick<Io, 'stdout'>, clock = () => performance.now()): VideoReporter {
  const write = (event: string, rest: object) => stdout.write(`${JSON.stringify({ event, ...rest })}\n`);
  let shownAt = Number.NEGATIVE_INFINITY;
  let measured: object | undefined;
  const told = noticeCounts();
  return {
    notKept(what) {
      if (what.length > 0) write('notKept', { what });
    },
    measured(facts) {
      measured = facts;
    },
    frame({ index, pts, format, error, notices }, progress) {
      for (const notice of notices ?? []) told.add(notice);
      if (error) {
        const seconds = (pts * format.timeBase.num) / format.timeBase.den;
        const { code, message, expected, cure } = error;
        write('damaged', { frame: index, at: seconds, error: { code, message, expected, cure } });
      }
      if (clock() - shownAt < TERMINAL_MS) return;
      shownAt = clock();
      write('progress', progress);
    },
    end(progress, stopped) {
      const notices = told.all().map(([notice, frames]) => ({ notice, frames }));
      write('end', { ...progress, ...(measured && { measured }), ...(notices.length > 0 && { notices }), stopped });
    },
  };
}

/** For people, on standard error: one line that is written over on a terminal, a line every ten seconds elsewhere. */
export function humanVideoReporter(
  { stderr }: Pick<Io, 'stderr'>,
  { quiet = false, clock = () => performance.now() } = {},
): VideoReporter {
  let shownAt = stderr.isTTY ? Number.NEGATIVE_INFINITY : clock();
  const clear = () => stderr.isTTY && !quiet && stderr.write('\r\x1b[K');
  const told = noticeCounts();
  let words: readonly string[] = [];
  return {
    notKept(what) {
      if (!quiet) for (const each of what) stderr.write(`Not kept: ${each}.\n`);
    },
    measured(_, own) {
      words = own;
    },
    frame({ index, error, notices = [] }, progress) {
      if (error) {
        clear();
        stderr.write(`${error.code}  ${printable(error.message)}\n`);
      }
      for (const notice of notices) {
        if (told.add(notice) > 1 || quiet) continue;
        clear();
        stderr.write(`frame ${index}: ${printable(notice)}\n`);
      }
      if (quiet || clock() - shownAt < (stderr.isTTY ? TERMINAL_MS : LOG_MS)) return;
      shownAt = clock();
      const line = lineOf(progress, true);
      stderr.write(stderr.isTTY ? `\r\x1b[K${line.slice(0, (stderr.columns ?? 80) - 1)}` : `${line}\n`);
    },
    end(progress, stopped) {
      clear();
      if (quiet) return;
      stderr.write(`${lineOf(progress, false)}\n`);
      for (const line of words) stderr.write(`${printable(line)}\n`);
      for (const [notice, count] of told.all())
        if (count > 1) stderr.write(`In ${count} frames: ${printable(notice)}\n`);
      if (stopped) stderr.write('Stopped; run the same command again to resume from its last whole segment.\n');
    },
  };
}

/** `120 of 795 frames, 2 damaged, 3.2 frames/s, 4 min left` */
function lineOf({ frames, total, before, damaged, dropped, seconds }: VideoProgress, isRunning: boolean): string {
  const rate = seconds > 0 ? (frames - before) / seconds : 0;
  const left = total === undefined ? 0 : (total - frames - dropped) / rate;
  const parts = [
    `${frames}${isRunning && total !== undefined ? ` of ${total}` : ''} ${frames === 1 ? 'frame' : 'frames'}`,
    before > 0 && `${before} resumed`,
    damaged > 0 && `${damaged} damaged`,
    dropped > 0 && `${dropped} dropped`,
    rate > 0 && `${rateText(rate)} frames/s`,
    isRunning && left > 0 && Number.isFinite(left) && `${duration(left)} left`,
  ];
  return parts.filter(Boolean).join(', ');
}
