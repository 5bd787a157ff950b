import { rm } from 'node:fs/promises';
import path from 'node:path';
import { lastValueFrom, toArray } from 'rxjs';
import type { ErrorParts, PerpixelError } from '../core/errors.js';
import { failureOf } from '../core/failureOf.js';
import { fileIdentity } from '../core/files/fileIdentity.js';
import { removeStaleTemporaries } from '../core/files/writeWhole.js';
import { decode } from '../pipelines/decode.js';
import { encode } from '../pipelines/encode.js';
import { type FileResult, fileResult, type PictureFile } from '../pipelines/items.js';
import { mapPulled } from '../pipelines/mapPulled.js';
import { outputs } from '../pipelines/outputs.js';
import { predictAll } from '../pipelines/predict.js';
import { pull } from '../pipelines/pull.js';
import { resultBefore } from '../pipelines/resultBefore.js';
import type { OpenModel } from '../pipelines/run/planOf.js';
import { flaggedSides } from '../tasks/besideResults.js';
import { type Place, placeOf, within } from './place.js';
import type { ReadyRun } from './run.js';
import type { Shard, ShardPhoto } from './shard.js';
import { inputStore, outputStore } from './stores/index.js';
import type { OutputStore } from './stores/store.js';
import { temporaryFolder } from './temporary.js';

/** Photos that are fetched, and results that are sent, at a time: most of that is waiting. */
const AHEAD = 4;

/** What came of a photo: plain data. */
export interface PhotoResult {
  name: string;
  /** `skipped`: its results were there already. */
  status: FileResult['status'];
  error?: ErrorParts;
  /** Of its store. */
  input: string;
  megapixels: number;
  seconds: number;
  report: { leftAlone?: unknown; notices?: unknown };
}

export interface ShardContext {
  /** Ends the shard where there is no session. */
  open: OpenModel;
  /** Places that may be read and written; undefined: all. */
  roots?: readonly Place[];
  /** Somebody may have begun it: results are looked for, and what was left half done is cleared up. */
  isAgain: boolean;
  /** Called whenever a photo proceeds. */
  onProgress(): void;
}

/**
 * Does the photos of a shard as the command does those of a folder: read, predicted and encoded at once, each result once. Photos that
 * are elsewhere are fetched to this machine before, and results sent after.
 */
export async function doShard(
  { run, key, asked, input, output }: ReadyRun,
  { folder, photos }: Shard,
  { open, roots, isAgain, onProgress }: ShardContext,
): Promise<PhotoResult[]> {
  const source = inputStore(input, roots);
  const target = outputStore(output);
  const temporary = await temporaryFolder();
  const tasks = asked.map(({ task }) => task);
  const local = (place: Place, name: string) =>
    place.kind === 'folder' ? place.folder : path.join(temporary, 'out', name);
  const results = local(output, 'results');
  const sidePlaces = Object.entries(run.sideFiles).map(([option, where]) => ({
    option,
    place: within(placeOf(where), key),
  }));
  const sideFiles = {
    ...Object.fromEntries(sidePlaces.map(({ option, place }) => [option, local(place, option)])),
    ...flaggedSides(asked, results),
  };
  const { format, bitDepth, pictures, pictured, region, quality, limitPixels, tile } = run;
  const naming = { format, pictures, sideFiles };
  const targets = outputs(results, naming);
  /** By the path that results name them by. */
  const listed = new Map<string, { name: string; file?: PictureFile }>();

  async function fetched(photo: ShardPhoto): Promise<PictureFile | FileResult> {
    try {
      const file = await source.file(folder, photo, path.join(temporary, 'in'));
      listed.set(file.path, { name: photo.name, file });
      return file;
    } catch (error) {
      const shown = source.nameOf(folder, photo.name);
      listed.set(shown, { name: photo.name });
      return fileResult('failed', shown, { error: failureOf(error, shown) });
    } finally {
      onProgress();
    }
  }

  async function before(file: PictureFile): Promise<FileResult | undefined> {
    const expected = targets.all(tasks, file);
    if (target.folder !== undefined) {
      const found = await Promise.all(expected.map((each) => resultBefore(file, each, false)));
      return found.find((each) => each?.status === 'failed') ?? (found.includes(undefined) ? undefined : found[0]);
    }
    if (!isAgain) return undefined;
    const has = await Promise.all(expected.map((each) => target.has(slashed(path.relative(results, each)))));
    return has.includes(false) ? undefined : fileResult('skipped', file.path);
  }

  async function sent(result: FileResult): Promise<FileResult> {
    onProgress();
    return send(result).catch((error) => fileResult('failed', result.input, { error: failureOf(error, result.input) }));
  }

  /** What was written on this machine goes where it belongs. */
  async function send(result: FileResult): Promise<FileResult> {
    const { file } = listed.get(result.input) ?? {};
    if (file === undefined) return result;
    let isOurs = target.folder !== undefined;
    if (result.status === 'done') {
      for (const { option, place } of sidePlaces) {
        if (place.kind === 'folder') continue;
        const own = tasks.flatMap((task) => targets.sides(task, file)).filter((side) => side.option === option);
        for (const side of own) await sendFile(outputStore(place), sideFiles[option], side.path, file.modified);
      }
      if (target.folder === undefined) {
        // The last is what a listing looks for last.
        for (const each of targets.all(tasks, file)) {
          if (await sendFile(target, results, each, file.modified)) isOurs = true;
        }
      }
    }
    if (input.kind !== 'folder') await rm(file.path, { force: true });
    return result.status === 'done' && !isOurs ? { ...result, status: 'skipped' } : result;
  }

  try {
    if (isAgain && target.folder !== undefined) await removeStaleTemporaries(path.join(target.folder, folder));
    const done = pull(photos).pipe(
      mapPulled(fetched, { concurrency: AHEAD }),
      mapPulled<PictureFile | FileResult, PictureFile | FileResult>(
        async (file) => (file.status === 'listed' ? ((await before(file)) ?? file) : file),
        { concurrency: 1 },
      ),
      decode({ limitPixels }),
      predictAll(asked, { open, tile, region, quality, limitPixels, onProgress }),
      encode(results, { ...naming, pictured, bitDepth } as Parameters<typeof encode>[1]),
      mapPulled((result: FileResult) => sent(result), { concurrency: AHEAD }),
      toArray(),
    );
    return (await lastValueFrom(done)).map(({ input: path, status, error, megapixels, seconds, report }) => {
      const { name } = listed.get(path)!;
      const shown = source.nameOf(folder, name);
      const told = error?.subject === path ? error.about(shown) : error;
      const { leftAlone, notices } = report;
      return {
        ...{ name, status, input: shown, megapixels, seconds, report: { leftAlone, notices } },
        ...(told && { error: partsOf(told) }),
      };
    });
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/** Puts a file that was written on this machine. @returns whether it is ours: another may have put it before */
async function sendFile(store: OutputStore, folder: string, file: string, modified?: Date): Promise<boolean> {
  const isThere = await fileIdentity(file);
  if (isThere === undefined) return false; // A side file that this photo has none of.
  const isOurs = await store.put(slashed(path.relative(folder, file)), file, modified);
  await rm(file);
  return isOurs;
}

const slashed = (file: string) => file.split(path.sep).join('/');

/** The class of an error does not survive the way between processes; its parts do. */
export function partsOf({ code, subject, received, expected, cure }: PerpixelError): ErrorParts {
  return { code, subject, received, expected, cure };
}
