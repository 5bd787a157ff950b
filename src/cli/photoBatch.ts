import type { Sessions } from '../engines/sessions.js';
import type { FileResult } from '../pipelines/items.js';
import type { Task } from '../tasks/task.js';
import type { ExitCode } from './command.js';
import { fileBatch } from './fileBatch.js';
import type { Io } from './io.js';
import { optionError } from './optionError.js';
import type { PhotoArgs } from './photoOptions.js';

/** All photos that are named, into a folder: the way from files to files, and at its end the page that tells of it. */
export async function photoBatch<O, F>(
  task: Task<O, F>,
  options: O,
  args: PhotoArgs,
  sessions: Sessions,
  io: Io,
): Promise<ExitCode> {
  const { output, format, overwrite, tile, quality, report: page, truth } = args;
  if (truth !== undefined && page === undefined) {
    throw optionError('truth', truth, '--report beside it', 'Name a page for the scores, or use perpixel eval.');
  }
  const [{ tap }, { decode, encode, predict, unfinished }] = await Promise.all([
    import('rxjs'),
    import('../pipelines/index.js'),
  ]);
  const results: FileResult[] = [];
  const code = await fileBatch(args, sessions, io, (files, { report, open }) => {
    const onTile = (input: string, finished: number, all: number) => {
      if (finished < all) report.tile(input, finished, all);
    };
    return files.pipe(
      unfinished(output, { format, overwrite }),
      decode(),
      predict(task, options, { open, tile, quality, onTile }),
      encode(output, { format, overwrite }),
      tap((result) => page !== undefined && results.push(result)),
    );
  });
  if (page !== undefined && !io.signal.aborted) {
    const { writeBatchPage } = await import('./batchPage/writeBatchPage.js');
    await writeBatchPage(page, `perpixel ${task.name}`, results, { output, truth });
  }
  return code;
}
