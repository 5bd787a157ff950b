import { stat } from 'node:fs/promises';
import path from 'node:path';
import { formatNamed, formatOfAnswer } from '../answers/answer.js';
import { PerpixelError } from '../core/errors.js';
import type { Models } from '../engines/models.js';
import { croppedRaster } from '../images/croppedRaster.js';
import type { EncodeOptions } from '../images/encodeOptions.js';
import { writtenAs } from '../images/formats/lookup.js';
import type { Raster } from '../images/raster.js';
import type { PictureFile } from '../pipelines/items.js';
import { besideOf } from '../tasks/result.js';
import type { Asked } from '../tasks/task.js';
import type { ExitCode } from './command.js';
import type { Io } from './io.js';
import { optionError } from './optionError.js';
import { isFolder } from './outputFolder.js';
import { printable } from './printable.js';
import type { TaskArgs } from './taskOptions.js';

/** Whether the result is one file and not a folder of them: a pipe at either end, or `-o clean.png`. */
export async function isSingle(asked: readonly Asked[], { photos, output }: TaskArgs): Promise<boolean> {
  return output === '-' || photos.includes('-') || (asked.length === 1 && namesFile(asked[0], output));
}

/** `-o clean.png` is a file, unless a folder has that name. */
async function namesFile(asked: Asked, output: string): Promise<boolean> {
  return formatNamed(asked.task.answer, output) !== undefined && !(await isFolder(output));
}

/** One picture from a pipe, to one, or to a file of another name. A failure leaves the pipe empty. */
export async function singlePhoto(asked: readonly Asked[], args: TaskArgs, models: Models, io: Io): Promise<ExitCode> {
  const [one] = asked;
  const { answer } = one.task;
  const { photos, output, bitDepth, sideFiles, tile, region, quality, limitPixels, overwrite } = args;
  const [photo] = photos;
  if (asked.length !== 1) {
    throw optionError('output', output, 'a folder for several results', 'Name a folder, or one task.');
  }
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
    { collectPicture },
    { rasterOf },
    { predictPhoto },
    { contentBytes, writeContent },
    { photoBytes, writePhoto },
    { outputs },
    { writeSides },
    { wordsOf },
    { fileIdentity },
    { resultBefore },
    { pagesOf },
  ] = await Promise.all([
    import('../images/pictureCollector.js'),
    import('../images/sources/source.js'),
    import('../pipelines/run/predictPhoto.js'),
    import('../pipelines/writeContent.js'),
    import('../pipelines/writePhoto.js'),
    import('../pipelines/outputs.js'),
    import('../pipelines/writeSides.js'),
    import('../pipelines/wordsOf.js'),
    import('../core/files/fileIdentity.js'),
    import('../pipelines/resultBefore.js'),
    import('../pipelines/stacks/findStacks.js'),
  ]);
  const isFile = output !== '-' && (await namesFile(one, output));
  const there = output === '-' ? undefined : await fileIdentity(output);
  if (there !== undefined && there === (await fileIdentity(photo))) {
    throw optionError('output', output, 'another file than the photo', 'Originals are never written over.');
  }
  const { mtime: modified, mode } = (photo === '-' ? undefined : await stat(photo).catch(() => undefined)) ?? {};
  /** Whether it was written before. What came through a pipe has left no trace by which to know its result. */
  async function isDone(result: string): Promise<boolean> {
    const before = await resultBefore({ path: photo, modified }, result, overwrite);
    if (before?.status === 'failed') throw before.error;
    if (before !== undefined && photo === '-') throw inTheWay(result);
    if (before !== undefined && !args.quiet) {
      io.stderr.write(`${printable(result)} already exists; --overwrite replaces it.\n`);
    }
    return before !== undefined;
  }
  if (isFile && (await isDone(output))) return 0;
  const stack = photo === '-' ? undefined : await pagesOf([one.task], photo, limitPixels);
  if (stack) return singleStack(one, stack.count, { modified, mode }, args, models, io);
  const sourceOf = async () => (photo === '-' ? { bytes: await collectPicture(io.stdin) } : { path: photo });
  const { source, raster } = await sourceOf()
    .then(async (given) => ({ source: given, raster: await rasterOf(given, { signal: io.signal, limitPixels }) }))
    .catch((error) => {
      // A stream that is still open would keep the process waiting.
      if (photo === '-') io.stdin.destroy();
      throw error instanceof PerpixelError && photo === '-' ? error.about('standard input') : error;
    });
  const file = photo === '-' ? undefined : path.basename(photo);
  const how = { open: models.open, file, tile, region, quality, limitPixels, signal: io.signal };
  const results = await predictPhoto(raster, asked, how);
  const [result] = results;
  const { value } = result;
  const format = (isFile ? formatNamed(answer, output) : undefined) ?? args.format;
  const part = region ? croppedRaster(raster, region) : raster;
  const encoding: EncodeOptions = answer.isPhoto ? { format: format as EncodeOptions['format'] } : {};
  const own = formatOfAnswer(answer, format);
  const content = answer.isPhoto
    ? undefined
    : await answer.encode(value, { bitDepth, format: own }, besideOf(result, part));
  const restored = { raster: answer.isPhoto ? (value as Raster) : raster, source, results };
  const tell = (notices: readonly string[]) => {
    if (!args.quiet) for (const notice of notices) io.stderr.write(`${printable(notice)}\n`);
  };
  tell([...(output === '-' ? [] : wordsOf(results)), ...results.flatMap(({ notices }) => notices)]);
  const whole = { signal: io.signal, modified, mode };
  // A pipe has no name that side files could be called by.
  const named = file ?? 'photo';
  const listed = { status: 'listed', path: named, relative: named, siblings: [named], bytes: 0 } as const;
  const targets = outputs('.', { format, sideFiles });
  const isMissing = async (side: string) => overwrite || (await fileIdentity(side)) === undefined;
  await writeSides(results, (task) => targets.sides(task, listed), isMissing, whole);
  if (output === '-') {
    const { bytes, notices } = content
      ? { bytes: await contentBytes(content), notices: [] }
      : await photoBytes(restored, encoding);
    await new Promise<void>((resolve, reject) =>
      io.stdout.write(bytes, (error) => (error ? reject(error) : resolve())),
    );
    tell(notices);
    return 0;
  }
  // A pipe has no name to keep.
  const ending = answer.isPhoto ? (format ?? writtenAs(raster.metadata.format)) : `${answer.name}.${own}`;
  const written = isFile ? output : path.join(output, `stdin.${ending}`);
  if (!isFile && (await isDone(written))) return 0;
  if (content) await writeContent(content, written, {}, whole);
  else tell(await writePhoto(restored, written, encoding, whole));
  return 0;
}

/** A stack of slices into a file: a stack of results, and what was asked for beside them. */
async function singleStack(
  asked: Asked,
  pages: number,
  of: Pick<PictureFile, 'modified' | 'mode'>,
  { photos: [photo], output, sideFiles, tile, quality, limitPixels, overwrite, quiet }: TaskArgs,
  { open }: Models,
  { stderr, signal }: Io,
): Promise<ExitCode> {
  if (formatNamed(asked.task.answer, output) !== 'tiff') {
    throw optionError('output', output, 'a TIFF or a folder, for a stack of slices', 'Name x.tif, or a folder.');
  }
  const [{ outputs }, { predictStack }] = await Promise.all([
    import('../pipelines/outputs.js'),
    import('../pipelines/stacks/predictStacks.js'),
  ]);
  const name = path.basename(photo);
  const file: PictureFile = {
    ...{ status: 'listed', path: photo, relative: name, siblings: [name], bytes: 0 },
    ...{ ...of, pages },
  };
  const targets = { ...outputs('.', { sideFiles }), result: () => output };
  const how = { open, tile, quality, limitPixels, overwrite, signal };
  const { words = [], report } = await predictStack(file, [asked], targets, how);
  const told = [...words, ...((report.notices as string[] | undefined) ?? [])];
  if (!quiet) for (const line of told) stderr.write(`${printable(line)}\n`);
  return 0;
}

function inTheWay(result: string): PerpixelError {
  return new PerpixelError({
    code: 'E_WRITE',
    subject: result,
    received: 'a file that already exists',
    expected: 'a new one for what comes through a pipe',
    cure: 'Choose another output, or replace it with --overwrite.',
  });
}
