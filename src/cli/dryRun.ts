import { formatNamed, formatOfAnswer } from '../answers/answer.js';
import { failureOf } from '../core/failureOf.js';
import type { Models } from '../engines/models.js';
import type { Raster } from '../images/raster.js';
import type { PictureFile } from '../pipelines/items.js';
import { besideOf } from '../tasks/result.js';
import type { Asked } from '../tasks/task.js';
import type { ExitCode } from './command.js';
import type { Io } from './io.js';
import { optionError } from './optionError.js';
import { isFolder } from './outputFolder.js';
import { printable } from './printable.js';
import { duration } from './report.js';
import type { TaskArgs } from './taskOptions.js';

/** What would become of a file. */
interface Planned {
  status: 'do' | 'skip' | 'fail';
  input: string;
  outputs: readonly string[];
  bytes: number;
  megapixels: number;
  /** Estimated. */
  seconds: number;
  error?: { code: string; message: string };
}

/** Seconds a photo takes, by its megapixels, and those of them that are worked on. */
type Pace = (megapixels: number, worked: number) => number;

/** Sides of the parts of a photo that the pace is measured on, in pixels. */
const SIDES = [192, 512] as const;

/**
 * Lists what a command would do, and does nothing: each photo with what would be written of it, its size, and how long that would take, as
 * measured on parts of the first photo. Exit code 1 where some would fail or be left out, as the command itself.
 */
export async function dryRun(asked: readonly Asked[], args: TaskArgs, models: Models, io: Io): Promise<ExitCode> {
  const { photos, output, format, pictures, sideFiles, overwrite, limitPixels, region, include, exclude, skipUnknown } =
    args;
  if (output === '-' || photos.includes('-')) {
    throw optionError('dry-run', 'true', 'files and not a pipe', 'Leave it out, or name files.');
  }
  const [{ outputs }, { walkFiles }, { resultBefore }, { pixelCount }, { pagesOf }] = await Promise.all([
    import('../pipelines/outputs.js'),
    import('../pipelines/walkFiles.js'),
    import('../pipelines/resultBefore.js'),
    import('../images/pixelCount.js'),
    import('../pipelines/stacks/findStacks.js'),
  ]);
  const tasks = asked.map(({ task }) => task);
  const isFile = asked.length === 1 && formatNamed(tasks[0].answer, output) !== undefined && !(await isFolder(output));
  const targets = outputs(output, { format, pictures, sideFiles });
  const outputsOf = (file: PictureFile) => [
    ...new Set([
      ...(isFile ? [output] : targets.all(tasks, file)),
      ...tasks.flatMap((task) => targets.sides(task, file).map((side) => side.path)),
    ]),
  ];
  const failed = (input: string, error: unknown, outputs: readonly string[] = [], bytes = 0): Planned => {
    const { code, message } = failureOf(error, input);
    return { status: 'fail', input, outputs, bytes, megapixels: 0, seconds: 0, error: { code, message } };
  };
  let pace: Pace | undefined;
  const worked = (megapixels: number) => (region ? (region.height * region.width) / 1e6 : megapixels);

  async function plannedOf(file: PictureFile): Promise<Planned> {
    const { path: input, bytes } = file;
    let expected: string[] = [];
    try {
      const stack = await pagesOf(tasks, input, limitPixels);
      expected = outputsOf({ ...file, pages: stack?.count });
      return await plannedInto(expected, file, stack?.pixels);
    } catch (error) {
      if (io.signal.aborted || ['E_MODEL', 'E_ENGINE'].includes(failureOf(error).code)) throw error;
      return failed(input, error, expected, bytes);
    }
  }

  /** @param pixels of all slices, where it is a stack */
  async function plannedInto(expected: string[], file: PictureFile, pixels?: number): Promise<Planned> {
    const { path: input, bytes } = file;
    const found = await Promise.all(expected.map((each) => resultBefore(file, each, overwrite)));
    const wrong = found.find((result) => result?.status === 'failed');
    if (wrong) return failed(input, wrong.error, expected, bytes);
    const megapixels = (pixels ?? (await pixelCount(input, { limitPixels }))) / 1e6;
    const plan = { input, outputs: expected, bytes, megapixels };
    if (!found.includes(undefined)) return { ...plan, status: 'skip', seconds: 0 };
    pace ??= await measuredPace(asked, input, args, models, io);
    return { ...plan, status: 'do', seconds: pace(megapixels, worked(megapixels)) };
  }

  const leftOut: string[] = [];
  const onLeftOut = (file: string) => leftOut.push(file);
  const all: Record<Planned['status'], Omit<Planned, 'input' | 'outputs' | 'status'> & { count: number }> = {
    do: { count: 0, bytes: 0, megapixels: 0, seconds: 0 },
    skip: { count: 0, bytes: 0, megapixels: 0, seconds: 0 },
    fail: { count: 0, bytes: 0, megapixels: 0, seconds: 0 },
  };
  const write = (line: string) => io.stdout.write(`${line}\n`);
  for await (const item of walkFiles(photos, { output: isFile ? undefined : output, include, exclude, onLeftOut })) {
    io.signal.throwIfAborted();
    const planned = item.status === 'listed' ? await plannedOf(item) : failed(item.input, item.error);
    const sum = all[planned.status];
    sum.count++;
    for (const key of ['bytes', 'megapixels', 'seconds'] as const) sum[key] += planned[key];
    if (args.json) write(JSON.stringify({ event: 'plan', ...planned }));
    else if (!args.quiet) write(lineOf(planned));
  }
  if (args.json) {
    for (const input of leftOut) write(JSON.stringify({ event: 'leftOut', input }));
    write(JSON.stringify({ event: 'end', ...all, leftOut: leftOut.length }));
  } else {
    if (!args.quiet) for (const file of leftOut) write(`left out  ${printable(file)}`);
    const { count, bytes, megapixels, seconds } = all.do;
    const rest = [
      all.skip.count > 0 && `${all.skip.count} skipped`,
      all.fail.count > 0 && `${all.fail.count} would fail`,
      leftOut.length > 0 && `${leftOut.length} left out`,
    ].filter(Boolean);
    const size = `${inMegabytes(bytes)}, ${megapixels.toFixed(1)} megapixels`;
    write([`${count} to do: ${size}, about ${duration(seconds)}`, ...rest].join('; '));
  }
  const none = all.do.count + all.skip.count + all.fail.count === 0;
  return none || all.fail.count > 0 || (leftOut.length > 0 && !skipUnknown) ? 1 : 0;
}

/** `do    photos/x.jpg, 3.2 MB, 12.2 megapixels, about 21 s -> clean/x.jpg` */
function lineOf({ status, input, outputs, bytes, megapixels, seconds, error }: Planned): string {
  const name = printable(input);
  if (error) return `fail  ${name}  ${error.code}  ${printable(error.message)}`;
  const size = `${inMegabytes(bytes)}, ${megapixels.toFixed(1)} megapixels`;
  const to = outputs.map(printable).join(', ');
  return status === 'skip'
    ? `skip  ${name}, ${size}: ${to} is there`
    : `do    ${name}, ${size}, about ${duration(seconds)} -> ${to}`;
}

const inMegabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

/** Does the work on two parts of a photo: one share of the time is the same for all, the other grows with the pixels. */
async function measuredPace(
  asked: readonly Asked[],
  file: string,
  { format, tile, quality, limitPixels }: TaskArgs,
  { open }: Models,
  { signal }: Io,
): Promise<Pace> {
  const [{ readRaster }, { openTiffPages }, { croppedRaster }, { predictPhoto }, { encodeRaster }, { contentBytes }] =
    await Promise.all([
      import('../images/readRaster.js'),
      import('../images/formats/tiff/tiffPages.js'),
      import('../images/croppedRaster.js'),
      import('../pipelines/run/predictPhoto.js'),
      import('../images/encodeRaster.js'),
      import('../pipelines/writeContent.js'),
    ]);
  const began = performance.now();
  const pages = await openTiffPages(file, { limitPixels });
  const read = pages ? pages.read(0, { signal, limitPixels }) : readRaster(file, { signal, limitPixels });
  const photo = await read.finally(() => pages?.close());
  const decoding = (performance.now() - began) / 1000;
  const [height, width] = photo.pixels.shape;

  const partOf = (side: number): Raster => {
    const [rows, columns] = [Math.min(side, height), Math.min(side, width)];
    const window = { y: (height - rows) >> 1, x: (width - columns) >> 1, height: rows, width: columns };
    return croppedRaster(photo, window);
  };
  async function secondsFor(part: Raster): Promise<number> {
    const start = performance.now();
    const results = await predictPhoto(part, asked, { open, file, tile, quality, limitPixels, signal });
    for (const result of results) {
      const { answer } = result.task;
      if (answer.isPhoto) await encodeRaster(part);
      else {
        const own = { format: formatOfAnswer(answer, format) };
        await contentBytes(await answer.encode(result.value, own, besideOf(result, part)));
      }
    }
    return (performance.now() - start) / 1000;
  }

  await secondsFor(partOf(SIDES[0])); // Opens the models, which a batch does once.
  const [small, large] = SIDES.map(partOf);
  const [less, more] = [await secondsFor(small), await secondsFor(large)];
  const [from, to] = [small, large].map(({ pixels: { shape } }) => (shape[0] * shape[1]) / 1e6);
  const slope = to > from ? Math.max(0, more - less) / (to - from) : 0;
  const fixed = Math.max(0, less - slope * from);
  const decodingRate = decoding / ((height * width) / 1e6);
  return (megapixels, worked) => fixed + slope * worked + decodingRate * megapixels;
}
