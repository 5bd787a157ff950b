import { stat } from 'node:fs/promises';
import path from 'node:path';
import { PerpixelError } from '../core/errors.js';
import type { Sessions } from '../engines/sessions.js';
import { formatOfName } from '../pipelines/formatOfName.js';
import type { Task } from '../tasks/task.js';
import type { ExitCode } from './command.js';
import type { Io } from './io.js';
import { optionError } from './optionError.js';
import { isFolder } from './outputFolder.js';
import type { PhotoArgs } from './photoOptions.js';
import { printable } from './printable.js';

/** Whether the result is one picture and not a folder of them: a pipe at either end, or `-o clean.png`. */
export async function isSingle({ photos, output }: Pick<PhotoArgs, 'photos' | 'output'>): Promise<boolean> {
  return output === '-' || photos.includes('-') || namesFile(output);
}

/** `-o clean.png` is a file, unless a folder has that name. */
async function namesFile(output: string): Promise<boolean> {
  return formatOfName(output) !== undefined && !(await isFolder(output));
}

/** One picture from a pipe, to one, or to a file of another name. A failure leaves the pipe empty. */
export async function singlePhoto<O, F>(
  task: Task<O, F>,
  options: O,
  args: PhotoArgs,
  sessions: Sessions,
  io: Io,
): Promise<ExitCode> {
  const { photos, output, format = formatOfName(output), tile, quality, overwrite } = args;
  const [photo] = photos;
  if (photos.length !== 1 || (await isFolder(photo))) {
    throw optionError('output', output, 'one photo, for one file or pipe', 'Name a folder for the results of several.');
  }
  if (args.json) {
    throw optionError('json', 'true', 'a folder for the results', 'Leave it out: one photo has no list of events.');
  }
  if (args.report !== undefined) {
    throw optionError('report', args.report, 'a folder for the results', 'Leave it out, or name a folder with -o.');
  }
  const [
    { readRaster },
    { collectPicture },
    { encodeRaster },
    { writeRaster },
    { predictRaster },
    { writeWhole },
    { fileIdentity },
  ] = await Promise.all([
    import('../images/readRaster.js'),
    import('../images/pictureCollector.js'),
    import('../images/encodeRaster.js'),
    import('../images/writeRaster.js'),
    import('../pipelines/run/predictRaster.js'),
    import('../core/files/writeWhole.js'),
    import('../core/files/fileIdentity.js'),
  ]);
  const there = output === '-' ? undefined : await fileIdentity(output);
  if (there !== undefined && there === (await fileIdentity(photo))) {
    throw optionError('output', output, 'another file than the photo', 'Originals are never written over.');
  }
  if (there !== undefined && !overwrite && (await namesFile(output))) {
    if (!args.quiet) io.stderr.write(`${printable(output)} is there before; --overwrite does it again.\n`);
    return 0;
  }
  const { mtime: modified, mode } = (photo === '-' ? undefined : await stat(photo).catch(() => undefined)) ?? {};
  const source = async () => (photo === '-' ? collectPicture(io.stdin) : photo);
  const raster = await source()
    .then((given) => readRaster(given, { signal: io.signal }))
    .catch((error) => {
      // A stream that is still open would keep the process waiting.
      if (photo === '-') io.stdin.destroy();
      throw error instanceof PerpixelError && photo === '-' ? error.about('standard input') : error;
    });
  const file = photo === '-' ? undefined : path.basename(photo);
  await predictRaster(raster, task, options, { open: sessions.open, file, tile, quality, signal: io.signal });
  if (output === '-') {
    const bytes = await encodeRaster(raster, { format });
    await new Promise<void>((resolve, reject) =>
      io.stdout.write(bytes, (error) => (error ? reject(error) : resolve())),
    );
  } else {
    // A pipe has no name to keep.
    const written = (await namesFile(output)) ? output : path.join(output, `stdin.${format ?? raster.metadata.format}`);
    await writeWhole(written, (temporary) => writeRaster(raster, temporary, { format }), {
      ...{ signal: io.signal, modified, mode },
    });
  }
  return 0;
}
