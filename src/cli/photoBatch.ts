import type { Sessions } from '../engines/sessions.js';
import type { Task } from '../tasks/task.js';
import { fileBatch } from './fileBatch.js';
import type { Io } from './io.js';
import type { ExitCode } from './main.js';
import type { PhotoArgs } from './photoOptions.js';

/** All photos that are named, into a folder: the way from files to files. */
export async function photoBatch<O, F>(
  task: Task<O, F>,
  options: O,
  args: PhotoArgs,
  sessions: Sessions,
  io: Io,
): Promise<ExitCode> {
  const { output, format, overwrite, tile, quality } = args;
  const { decode, encode, predict, unfinished } = await import('../pipelines/index.js');
  return fileBatch(args, sessions, io, (files, { report, open }) => {
    const onTile = (input: string, finished: number, all: number) => {
      if (finished < all) report.tile(input, finished, all);
    };
    return files.pipe(
      unfinished(output, { format, overwrite }),
      decode(),
      predict(task, options, { open, tile, quality, onTile }),
      encode(output, { format, overwrite }),
    );
  });
}
