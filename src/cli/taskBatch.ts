import path from 'node:path';
import type { Sessions } from '../engines/sessions.js';
import type { FileResult } from '../pipelines/items.js';
import type { Asked } from '../tasks/task.js';
import type { View } from './batchPage/batchPage.js';
import type { ExitCode } from './command.js';
import { fileBatch } from './fileBatch.js';
import type { Io } from './io.js';
import { optionError } from './optionError.js';
import type { TaskArgs } from './taskOptions.js';
import { writeLegend } from './writeLegend.js';

/** All photos that are named, into a folder: the way from files to files, and at its end the page that tells of it. */
export async function taskBatch(
  asked: readonly Asked[],
  args: TaskArgs,
  sessions: Sessions,
  io: Io,
): Promise<ExitCode> {
  const { output, format, bitDepth, pictures, sideFiles, overwrite, tile, quality, report: page, truth } = args;
  if (truth !== undefined && page === undefined) {
    throw optionError('truth', truth, '--report beside it', 'Name a page for the scores, or use perpixel eval.');
  }
  const [{ tap }, { decode, encode, predictAll, unfinished }, { PICTURED, resultViews }] = await Promise.all([
    import('rxjs'),
    import('../pipelines/index.js'),
    import('./batchPage/resultViews.js'),
  ]);
  const tasks = asked.map(({ task }) => task);
  for (const { task, options } of asked) {
    if (task.legend) await writeLegend(path.join(output, `${task.name}.json`), task.legend(options));
  }
  const naming = { format, pictures, overwrite };
  const results: FileResult[] = [];
  const views = new Map<string, View[]>();
  const code = await fileBatch(args, sessions, io, (files, { report, open }) => {
    const onProgress = (input: string, finished: number, all: number) => {
      if (finished < all) report.tile(input, finished, all);
    };
    return files.pipe(
      unfinished(output, { ...naming, tasks }),
      decode(),
      predictAll(asked, { open, tile, quality, onProgress }),
      resultViews(views, page === undefined ? 0 : PICTURED),
      encode(output, { ...naming, bitDepth, sideFiles }),
      tap((result) => page !== undefined && results.push(result)),
    );
  });
  if (page !== undefined && !io.signal.aborted) {
    const { writeBatchPage } = await import('./batchPage/writeBatchPage.js');
    const title = `perpixel ${tasks.map(({ name }) => name).join(',')}`;
    await writeBatchPage(page, title, results, { output, truth, views });
  }
  return code;
}
