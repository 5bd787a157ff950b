import { buffer } from 'node:stream/consumers';
import type { Options } from 'yargs';
import type { Sessions } from '../engines/sessions.js';
import { PerpixelError } from '../errors.js';
import type { EncodeOptions } from '../images/encodeOptions.js';
import type { FileResult } from '../pipelines/items.js';
import type { Progress } from '../pipelines/progress.js';
import type { Quality, Task } from '../tasks/task.js';
import { type EngineArgs, engineOptions, sessionsOf } from './engineOptions.js';
import type { Io } from './io.js';
import type { Command, ExitCode } from './main.js';
import { optionError } from './optionError.js';
import { humanReporter, jsonReporter } from './report.js';
import { schemaOptions, schemaValues } from './schemaOptions.js';

interface PhotoArgs extends EngineArgs {
  photos: string[];
  output: string;
  format?: EncodeOptions['format'];
  quality: Quality;
  overwrite: boolean;
  json: boolean;
  quiet: boolean;
}

const commonOptions = {
  output: {
    alias: 'o',
    type: 'string',
    demandOption: true,
    requiresArg: true,
    describe: 'Folder for the results, or - for a pipe',
  },
  format: {
    choices: ['jpeg', 'png', 'webp', 'avif', 'tiff', 'npy', 'pfm'] as const,
    describe: "Format of the results [default: the photo's own]",
  },
  quality: {
    choices: ['balanced', 'best'] as const,
    default: 'balanced',
    describe: 'best: averaged over flips and quarter turns, eight times slower',
  },
  ...engineOptions,
  overwrite: { type: 'boolean', default: false, describe: 'Do again what is there already' },
  json: { type: 'boolean', default: false, describe: 'Events as JSON lines on standard output' },
  quiet: { type: 'boolean', default: false, describe: 'Say nothing but what failed' },
} satisfies Record<string, Options>;

/** The command of a task that turns photos into photos: `perpixel TASK PHOTO|FOLDER... -o OUT`. */
export function photoCommand<O, F>(task: Task<O, F>, examples: readonly [string, string][]): Command {
  return {
    command: `${task.name} <photos..>`,
    describe: task.summary,
    declare: (parser) =>
      parser
        .positional('photos', { type: 'string', array: true, describe: 'Photos, folders, globs, or - for a pipe' })
        .options(schemaOptions(task.options))
        .options(commonOptions)
        .example(examples.map(([command, what]) => [`$0 ${command}`, what])),
    async run(args, io) {
      const given = args as unknown as PhotoArgs;
      const options = schemaValues(task.options, args);
      const sessions = await sessionsOf(given, io);
      try {
        if (given.output === '-' || given.photos.includes('-')) return await pipe(task, options, given, sessions, io);
        return await batch(task, options, given, sessions, io);
      } finally {
        await sessions.dispose();
      }
    },
  };
}

async function batch<O, F>(
  task: Task<O, F>,
  options: O,
  args: PhotoArgs,
  sessions: Sessions,
  io: Io,
): Promise<ExitCode> {
  const { photos, output, format, overwrite, tile, quality } = args;
  const [{ connect, from, fromEvent, ignoreElements, lastValueFrom, merge, takeUntil, tap }, pipelines] =
    await Promise.all([import('rxjs'), import('../pipelines/index.js')]);
  const { countFiles, decode, encode, files, predict, progress, unfinished } = pipelines;
  const report = args.json ? jsonReporter(io) : humanReporter(io, args);
  const total = from(countFiles(photos, { output, signal: io.signal }).catch(() => Number.NaN));
  let last: Progress = { done: 0, failed: 0, skipped: 0, megapixels: 0, seconds: 0, rate: 0 };

  const results = files(photos, { output }).pipe(
    unfinished(output, { format, overwrite }),
    decode(),
    predict(task, options, { open: orEnd(sessions.open), tile, quality }),
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
  report.end(last);
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

/** One picture from a pipe or to one; the result goes out as a whole, so that a failure leaves the pipe empty. */
async function pipe<O, F>(
  task: Task<O, F>,
  options: O,
  args: PhotoArgs,
  sessions: Sessions,
  io: Io,
): Promise<ExitCode> {
  const { photos, output, format, tile, quality } = args;
  if (photos.length !== 1) {
    throw optionError('output', '-', 'one photo, as one picture fits into a pipe', 'Name a folder for several.');
  }
  if (args.json && output === '-') {
    throw optionError('json', 'true', 'a result that is not on standard output itself', 'Leave out one of the two.');
  }
  const [{ readRaster }, { encodeRaster }, { writeRaster }, { predictTiled, writeWhole }, path] = await Promise.all([
    import('../images/readRaster.js'),
    import('../images/encodeRaster.js'),
    import('../images/writeRaster.js'),
    import('../pipelines/index.js'),
    import('node:path'),
  ]);
  const [photo] = photos;
  const raster = await readRaster(photo === '-' ? await buffer(io.stdin) : photo, { signal: io.signal }).catch(
    (error) => {
      throw error instanceof PerpixelError && photo === '-' ? error.about('standard input') : error;
    },
  );
  const session = await sessions.open(task.model(options, raster));
  const facts = await task.measure(raster, options, session.model.card);
  await predictTiled(raster, task, facts, session, { tile, quality, signal: io.signal });
  if (output === '-') {
    const bytes = await encodeRaster(raster, { format });
    await new Promise<void>((resolve, reject) =>
      io.stdout.write(bytes, (error) => (error ? reject(error) : resolve())),
    );
  } else {
    // A pipe has no name to keep: what stands after -o is the file itself.
    const written =
      path.extname(output) === '' ? path.join(output, `stdin.${format ?? raster.metadata.format}`) : output;
    await writeWhole(written, (temporary) => writeRaster(raster, temporary, { format }), { signal: io.signal });
  }
  return 0;
}
