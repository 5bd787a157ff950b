import path from 'node:path';
import type { Models } from '../engines/models.js';
import type { FileResult } from '../pipelines/items.js';
import type { AnyTask, Asked } from '../tasks/task.js';
import type { View } from './batchPage/batchPage.js';
import { requirePage } from './batchPage/requirePage.js';
import type { ExitCode } from './command.js';
import { ownCard } from './engineOptions.js';
import { fileBatch } from './fileBatch.js';
import type { Io } from './io.js';
import { optionError } from './optionError.js';
import { isFile, requireFolderName } from './outputFolder.js';
import { withoutArrays } from './report.js';
import { hyphenated } from './schemaOptions.js';
import type { TaskArgs } from './taskOptions.js';
import { writeLegend } from './writeLegend.js';

const tasksOf = (asked: readonly Asked[]) => asked.map(({ task }) => task);

/** All photos that are named, into a folder: the way from files to files, and at its end the page that tells of it. */
export async function taskBatch(asked: readonly Asked[], args: TaskArgs, models: Models, io: Io): Promise<ExitCode> {
  const {
    output,
    format,
    bitDepth,
    pictures,
    pictured,
    sideFiles,
    overwrite,
    tile,
    region,
    quality,
    limitPixels,
    report: page,
    truth,
  } = args;
  if (truth !== undefined && page === undefined) {
    throw optionError('truth', truth, '--report beside it', 'Name a page for the scores, or use perpixel eval.');
  }
  const isOne = args.photos.length === 1 && (await isFile(args.photos[0]));
  await requireFolderName(output, isOne);
  requireSideFolders(tasksOf(asked), sideFiles, isOne);
  if (page !== undefined) await requirePage(page);
  const [{ tap, identity }, pipelines, { isLinked }, { PICTURED, resultViews }] = await Promise.all([
    import('rxjs'),
    import('../pipelines/index.js'),
    import('../pipelines/stacks/linkSlices.js'),
    import('./batchPage/resultViews.js'),
  ]);
  const { decode, encode, findStacks, foldersOfSlices, linkSlices, predictAll, predictStacks, unfinished } = pipelines;
  const tasks = tasksOf(asked);
  const legendOf = ({ name }: AnyTask) => path.join(output, `${name}.json`);
  for (const { task, options } of asked) {
    if (task.legend) await writeLegend(legendOf(task), task.legend(options, await ownCard(args)), overwrite);
  }
  const own = tasks.filter(({ legend }) => legend).map(legendOf);
  const outputs = { format, pictures, overwrite, sideFiles };
  const stacks = tasks.every(({ stack }) => stack);
  const linked = isLinked(asked);
  const results: FileResult[] = [];
  const views = new Map<string, View[]>();
  const code = await fileBatch(args, models, io, own, (files, { report, open }) => {
    const onProgress = (input: string, finished: number, all: number) => {
      if (finished < all) report.tile(input, finished, all);
    };
    const how = { open, tile, region, quality, limitPixels, onProgress };
    return files.pipe(
      stacks ? findStacks(tasks, { limitPixels }) : identity,
      linked ? foldersOfSlices(output, { ...outputs, tasks }) : unfinished(output, { ...outputs, tasks, shared: true }),
      stacks ? predictStacks(output, asked, { ...outputs, ...how, pictured }) : identity,
      decode({ limitPixels }),
      predictAll(asked, how),
      linked ? linkSlices(asked) : identity,
      resultViews(views, page === undefined ? 0 : PICTURED),
      encode(output, { ...outputs, pictured, bitDepth }),
      tap((result) => page !== undefined && results.push({ ...result, report: plain(result.report) })),
    );
  });
  if (page !== undefined && !io.signal.aborted) {
    const { writeBatchPage } = await import('./batchPage/writeBatchPage.js');
    const title = `perpixel ${tasks.map(({ name }) => name).join(',')}`;
    await writeBatchPage(page, title, results, { output, truth, region, views });
  }
  return code;
}

/** A mask is as large as its photo: of ten thousand photos they are not kept for a page that does not show them. */
const plain = (report: FileResult['report']): FileResult['report'] => JSON.parse(JSON.stringify(report, withoutArrays));

/** One file has room for what was found in one photo. @throws PerpixelError E_OPTION */
function requireSideFolders(tasks: readonly AnyTask[], asked: Readonly<Record<string, string>>, isOne: boolean): void {
  if (isOne) return;
  for (const [option, { formats }] of tasks.flatMap(({ sideFiles = {} }) => Object.entries(sideFiles))) {
    const where = asked[option];
    if (where === undefined || !formats.includes(path.extname(where).slice(1).toLowerCase())) continue;
    throw optionError(
      hyphenated(option),
      where,
      'a folder, for those of several photos',
      'Name a folder, or one photo.',
    );
  }
}
