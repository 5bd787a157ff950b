import { lastValueFrom, type OperatorFunction } from 'rxjs';
import { PerpixelError } from '../../core/errors.js';
import { failureOf } from '../../core/failureOf.js';
import { parseOptions } from '../../core/parseOptions.js';
import { onPage, openTiffPages } from '../../images/formats/tiff/tiffPages.js';
import type { Result } from '../../tasks/result.js';
import type { AnyTask, Asked } from '../../tasks/task.js';
import { type FileResult, fileResult, type PictureFile } from '../items.js';
import { mapPulled } from '../mapPulled.js';
import { type Outputs, outputs } from '../outputs.js';
import type { PredictOptions } from '../predict.js';
import { pull } from '../pull.js';
import { resultBefore } from '../resultBefore.js';
import { predictPhoto } from '../run/predictPhoto.js';
import { EndOfStream, secondsSince, stage } from '../stage.js';
import type { OutputOptions } from '../unfinished.js';
import { slicesLink } from './linkSlices.js';
import { ofPages, ofPictures, ofText, type StackFile, type StackOutput, writeTogether } from './stackFiles.js';

/** Slices that are in work, or wait to be written, at one time. */
const SLICES = 2;

/** Where the results of stacks go, and how tasks are run on their slices. */
export interface PredictStacksOptions extends OutputOptions, Omit<PredictOptions, 'region'> {
  /** How pictures show results, as their answers' `pictureOptions` have it. */
  pictured?: Readonly<Record<string, unknown>>;
}

/**
 * Runs tasks on stacks, which `findStacks` has found, and writes the results as `encode` would: each a TIFF of as many pages, and
 * tables of all slices. A slice is in memory at a time, and the next. Every other file passes by.
 *
 * @example
 * const asked = [{ task: tasks.membranes.task, options: { cells: true, link: true } }];
 * files('volumes')
 *   .pipe(findStacks([asked[0].task]), predictStacks('out', asked), decode(), predictAll(asked), encode('out'))
 *   .subscribe(report);
 */
export function predictStacks(
  folder: string,
  asked: readonly Asked[],
  options: PredictStacksOptions = {},
): OperatorFunction<PictureFile | FileResult, PictureFile | FileResult> {
  const targets = outputs(folder, options);
  return stage(
    (file: PictureFile) => file.path,
    async (file, { signal }): Promise<PictureFile | FileResult> =>
      file.pages === undefined ? file : predictStack(file, asked, targets, { ...options, signal }),
    { concurrency: 1 },
  );
}

/** One stack. @param targets where its results go */
export async function predictStack(
  file: PictureFile,
  asked: readonly Asked[],
  targets: Outputs,
  {
    signal,
    overwrite = false,
    format,
    pictured,
    onProgress,
    ...how
  }: PredictStacksOptions & { signal?: AbortSignal } = {},
): Promise<FileResult> {
  const start = performance.now();
  const parsed = asked.map(({ task, options }) => ({ task, options: parseOptions(task.options, options) }));
  const tasks = parsed.map(({ task }) => task);
  for (const { answer } of tasks) if (format !== undefined) requireFormat(format, answer.formats[0]);
  const missing: StackOutput[] = [];
  for (const output of tasks.flatMap((task) => outputsOf(task, file, targets, pictured))) {
    const before = await resultBefore(file, output.path, overwrite);
    if (before?.status === 'failed') throw before.error;
    if (before === undefined) missing.push(output);
  }
  const [{ limitPixels }, whole] = [how, { signal, modified: file.modified, mode: file.mode }];
  const pages = await openTiffPages(file.path, { limitPixels, signal });
  if (pages === undefined || pages.count !== file.pages) throw changed(file.path);
  const notices = new Map<string, number[]>();
  let failure: unknown;

  async function resultsOf(page: number): Promise<Result[]> {
    try {
      const raster = await pages!.read(page, { limitPixels, signal });
      return await predictPhoto(raster, parsed, { ...how, file: file.relative, signal });
    } catch (error) {
      failure =
        signal?.aborted || error instanceof EndOfStream ? error : onPage(page, failureOf(error)).about(file.path);
      throw failure;
    }
  }

  async function addSlice(results: readonly Result[], slice: number, files: readonly StackFile[]): Promise<void> {
    for (const result of results) {
      for (const notice of new Set(result.notices)) notices.set(notice, [...(notices.get(notice) ?? []), slice]);
    }
    for (const [i, { task }] of missing.entries()) await files[i].add(results[tasks.indexOf(task)], slice);
    onProgress?.(file.path, slice, pages!.count);
  }

  const link = slicesLink(parsed);
  /** In their order: a slice is decoded and predicted while the one before is linked and written. */
  const all = (files: readonly StackFile[]) =>
    pull(Array(pages.count).keys()).pipe(
      mapPulled(async (page) => ({ page, results: await resultsOf(page) }), { concurrency: SLICES }),
      mapPulled(({ page, results }) => addSlice(link(results), page + 1, files), { concurrency: 1 }),
    );
  try {
    await writeTogether(missing, async (files) => void (await lastValueFrom(all(files))), whole);
  } catch (error) {
    // What goes wrong with a page is told of the stack, not of the file that it was to become.
    throw failure ?? error;
  } finally {
    await pages.close();
  }
  const results = tasks.map((task) => [task.name, { output: targets.result(task, file), slices: pages.count }]);
  const told = [...notices].map(([notice, slices]) => noticeOf(notice, slices));
  return fileResult('done', file.path, {
    output: targets.result(tasks[0], file),
    megapixels: pages.pixels / 1e6,
    seconds: secondsSince(start),
    report: { ...Object.fromEntries(results), ...(told.length > 0 && { notices: told }) },
    words: [`${pages.count} slices`],
  });
}

/** All files of a stack, the result itself first. */
function outputsOf(
  task: AnyTask,
  file: PictureFile,
  targets: Outputs,
  pictured: Readonly<Record<string, unknown>> | undefined,
): StackOutput[] {
  const picture = targets.picture(task, file);
  return [
    { path: targets.result(task, file), task, begin: ofPages(({ value }) => task.answer.page!(value)) },
    ...(picture === undefined ? [] : [{ path: picture, task, begin: ofPictures(pictured) }]),
    ...targets.sides(task, file).flatMap(({ option, format, path }) => {
      const { ofStack } = task.sideFiles![option];
      if (ofStack === undefined) return [];
      const text = ofStack.texts[format];
      const begin = text ? ofText(text) : ofPages(({ facts, value }) => ofStack.page(facts, value));
      return [{ path, task, begin }];
    }),
  ];
}

const noticeOf = (notice: string, slices: readonly number[]): string =>
  slices.length === 1 ? `page ${slices[0]}: ${notice}` : `${slices.length} pages, the first ${slices[0]}: ${notice}`;

/** @param usual the format that is taken where none is asked for */
function requireFormat(format: string, usual: string): void {
  if (format === usual || format === 'tiff') return;
  throw new PerpixelError({
    code: 'E_FORMAT',
    received: `a stack of slices, for results in ${format}`,
    expected: 'tiff, which has pages',
    cure: 'Leave --format out, or save the stack as a picture a slice.',
  });
}

function changed(file: string): PerpixelError {
  return new PerpixelError({
    code: 'E_READ',
    subject: file,
    received: 'a stack that has changed since it was found',
    expected: 'the same pages',
    cure: 'Run the command again when nothing writes to it any more.',
  });
}
