import path from 'node:path';
import type { Observable } from 'rxjs';
import type { Models } from '../engines/models.js';
import type { FileResult, PictureFile } from '../pipelines/items.js';
import type { Progress } from '../pipelines/progress.js';
import type { ExitCode } from './command.js';
import type { Io } from './io.js';
import { humanReporter, jsonReporter, type Reporter } from './report.js';

export interface FileBatchArgs {
  photos: string[];
  output: string;
  include?: string[];
  exclude?: string[];
  /** Files that no format is known for are no failure. */
  skipUnknown: boolean;
  json: boolean;
  quiet: boolean;
}

/** What a batch's own chain is given. */
export interface BatchContext {
  report: Reporter;
  /** Ends the batch where there is no session. */
  open: Models['open'];
}

/**
 * All photos that are named, into a folder: told of as they come out of the chain.
 *
 * @param own files that the command itself writes beside the results, and that are therefore no photos that were left out
 * @param chain from the files to their results
 */
export async function fileBatch(
  args: FileBatchArgs,
  models: Models,
  io: Io,
  own: readonly string[],
  chain: (files: Observable<PictureFile | FileResult>, context: BatchContext) => Observable<FileResult>,
): Promise<ExitCode> {
  const { photos, output, include, exclude, skipUnknown } = args;
  const [rx, pipelines, { orEnd }] = await Promise.all([
    import('rxjs'),
    import('../pipelines/index.js'),
    import('../pipelines/orEnd.js'),
  ]);
  // Stopped while that was loading: an event that has passed would not come again.
  if (io.signal.aborted) return 130;
  const { catchError, connect, EMPTY, from, fromEvent, ignoreElements, lastValueFrom, merge, takeUntil, tap } = rx;
  const { countFiles, files, progress } = pipelines;
  const report = args.json ? jsonReporter(io) : humanReporter(io, args);
  // Where the files cannot be counted, the walk itself says why.
  const total = from(countFiles(photos, { output, include, exclude, signal: io.signal })).pipe(catchError(() => EMPTY));
  let last: Progress = { done: 0, failed: 0, skipped: 0, megapixels: 0, seconds: 0, rate: 0 };

  const written = new Set(own.map((file) => path.resolve(file)));
  let leftOut = 0;
  const onLeftOut = (file: string) => {
    if (written.has(path.resolve(file))) return;
    leftOut++;
    report.leftOut(file);
  };
  const named = files(photos, { output, include, exclude, onLeftOut });
  const results = chain(named, { report, open: orEnd(models.open) }).pipe(
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
  await lastValueFrom(results, { defaultValue: last });
  report.end(last, io.signal.aborted);
  if (io.signal.aborted) return 130;
  if (last.done + last.skipped + last.failed === 0) {
    io.stderr.write('perpixel: no photo found in the folders named\n');
    return 1;
  }
  return last.failed > 0 || (leftOut > 0 && !skipUnknown) ? 1 : 0;
}
