import path from 'node:path';
import { PerpixelError } from '../../core/errors.js';
import { namesake } from '../../core/files/namesake.js';
import { croppedRaster } from '../../images/croppedRaster.js';
import type { Raster } from '../../images/raster.js';
import { readRaster } from '../../images/readRaster.js';
import { type Window, wholeOf } from '../../images/readWindow.js';
import { restorationScores } from '../../metrics/restoration.js';
import type { FileResult } from '../../pipelines/items.js';
import type { BatchEntry, View } from './batchPage.js';
import { viewsOf } from './viewsOf.js';

/** What a page is made from beside the results themselves. */
export interface EntryOptions {
  /** The folder of the results. */
  output: string;
  /** A folder with the true picture of each result, of the same name below it. */
  truth?: string;
  /** The part of each photo that results are of. */
  region?: Window;
  /** Views that were made while the batch ran, by the photos' paths. */
  views: ReadonlyMap<string, View[]>;
  /** Whether the photo is shown. */
  pictured: boolean;
}

/** Reads what a page tells of one file: the photo and its result, and the truth. What cannot be read or compared is noted. */
export async function batchEntry(
  result: FileResult,
  { output, truth, region, views, pictured }: EntryOptions,
): Promise<BatchEntry> {
  const own = views.get(result.input);
  const entry: BatchEntry = { result, views: own ?? [] };
  if (own) return entry;
  const trueFile = truth && result.output && (await namesake(truth, path.relative(output, result.output)));
  if (result.output === undefined || !(pictured || trueFile)) return entry;
  try {
    const [photo, after] = await Promise.all([result.input, result.output].map((file) => readRaster(file)));
    const before = region ? croppedRaster(photo, region) : photo;
    if (pictured) entry.views = await viewsOf(before, after);
    if (trueFile) {
      const target = wholeOf(await readRaster(trueFile));
      const score = (raster: Raster) => restorationScores(wholeOf(raster), target);
      entry.scores = { before: score(before), after: score(after) };
    }
  } catch (error) {
    if (!(error instanceof PerpixelError)) throw error;
    entry.note = error.message;
  }
  return entry;
}
