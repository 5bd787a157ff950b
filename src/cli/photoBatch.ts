import type { Sessions } from '../engines/sessions.js';
import type { FileResult } from '../pipelines/items.js';
import type { Progress } from '../pipelines/progress.js';
import type { Task } from '../tasks/task.js';
import type { Io } from './io.js';
import type { ExitCode } from './main.js';
import type { PhotoArgs } from './photoOptions.js';
import { humanReporter, jsonReporter } from './report.js';

/** All photos that are named, into a folder: the way from files to files, told of as it goes. */
export async function photoBatch<O, F>(
  task: Task<O, F>,
  options: O,
  args: PhotoArgs,
  sessions: Sessions,
  io: Io,
): Promise<ExitCode> {
  const { photos, output, format, overwrite, tile, quality } = args;
  const [rx, pipelines] = await Promise.all([import('rxjs'), import('../pipelines/index.js')]);
  // Stopped while that was loading: an event that has passed would not come again.
  if (io.signal.aborted) return 130;
  const { catchError, connect, EMPTY, from, fromEvent, ignoreElements, lastValueFrom, merge, takeUntil, tap } = rx;
  const { countFiles, decode, encode, files, predict, progress, unfinished } = pipelines;
  const report = args.json ? jsonReporter(io) : humanReporter(io, args);
  // Where the files cannot be counted, the walk itself says why.
  const total = from(countFiles(photos, { output, signal: io.signal })).pipe(catchError(() => EMPTY));
  const onTile = (input: string, finished: number, all: number) => {
    if (finished < all) report.tile(input, finished, all);
  };
  let last: Progress = { done: 0, failed: 0, skipped: 0, megapixels: 0, seconds: 0, rate: 0 };

  const results = files(photos, { output }).pipe(
    unfinished(output, { format, overwrite }),
    decode(),
    predict(task, options, { open: orEnd(sessions.open), tile, quality, onTile }),
    encode(output, { format, overwrite }),
    takeUntil(fromEvent(io.signal, 'abort')),
    connect((each) =>
      merge(
        each.pipe(
          tap((result: FileResult) => report.result(result)),
          ignoreElements(),
        ),
        each.pipe(progress({ total })),
      ),
    ),
    tap((now) => {
      last = now;
      report.progress(now);
    }),
  );
  await lastValueFrom(results, { defaultValue: last }).catch((error) => {
    throw error instanceof EndOfBatch ? error.cause : error;
  });
  report.end(last, io.signal.aborted);
  if (io.signal.aborted) return 130;
  if (last.done + last.skipped + last.failed === 0) {
    io.stderr.write('perpixel: no photo found in the folders named\n');
    return 1;
  }
  return last.failed > 0 ? 1 : 0;
}

/** A model or an engine that is not there would fail every photo with the same words: it ends the batch instead. */
class EndOfBatch extends Error {}

function orEnd(open: Sessions['open']): Sessions['open'] {
  return (model) =>
    open(model).catch((cause) => {
      throw new EndOfBatch('no session', { cause });
    });
}
