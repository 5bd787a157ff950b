import path from 'node:path';
import type { OperatorFunction } from 'rxjs';
import { type AnswerEncoding, formatOfAnswer } from '../answers/answer.js';
import type { EncodeOptions } from '../images/encodeOptions.js';
import { besideOf, type Result, shown } from '../tasks/result.js';
import { type FileResult, fileResult, type Picture } from './items.js';
import { outputs } from './outputs.js';
import { ownFolders } from './ownFolders.js';
import { PICTURES_CAPACITY, pictureBytes } from './pictureBytes.js';
import { resultBefore } from './resultBefore.js';
import { secondsSince, stage } from './stage.js';
import type { OutputOptions } from './unfinished.js';
import { wordsOf } from './wordsOf.js';
import { writeContent } from './writeContent.js';
import { writePhoto } from './writePhoto.js';
import { writeSides } from './writeSides.js';

/** Where results go, what they are called, and how they are written. */
export interface EncodePicturesOptions extends OutputOptions, AnswerEncoding {
  format?: OutputOptions['format'];
  /** How pictures show results, as their answers' `pictureOptions` have it. */
  pictured?: Readonly<Record<string, unknown>>;
  /** Pictures that are written at one time. @default 2 */
  concurrency?: number;
}

/**
 * Writes the results of each picture below `folder`, in the tree that it came in (names: outputNames), while later pictures are worked on.
 * Each file is written whole or not at all. The photo itself is written where it is the answer or there was no task; every other result
 * with a picture of it where asked. What already exists stays, unless `overwrite`.
 *
 * A result carries the time of its photo's file, which is all that some photos know of their capture, and by which a later run knows
 * whose result it is. A photo that needed nothing, and is to stay as it came, is copied byte for byte.
 */
export function encode(
  folder: string,
  {
    suffix,
    format,
    pictures,
    pictured,
    sideFiles,
    overwrite = false,
    concurrency = 2,
    ...rest
  }: EncodePicturesOptions = {},
): OperatorFunction<Picture | FileResult, FileResult> {
  const targets = outputs(folder, { suffix, format, pictures, sideFiles });
  const encoding = { ...rest, format } as EncodeOptions;
  const requireOwn = ownFolders();

  return stage(
    (picture: Picture) => picture.file.path,
    async (picture, { signal }): Promise<FileResult> => {
      const start = performance.now();
      const { file, raster, results } = picture;
      const whole = { signal, modified: file.modified, mode: file.mode };
      await requireOwn(path.dirname(targets.photo(file)));
      const isMissing = async (output: string) => {
        const before = await resultBefore(file, output, overwrite);
        if (before?.status === 'failed') throw before.error;
        return before === undefined;
      };

      /** Whether it was written: false where it already exists. */
      async function writeRestored(output: string): Promise<boolean> {
        if (!(await isMissing(output))) return false;
        const photo = { raster, results, source: { path: file.path } };
        const notices = await writePhoto(photo, output, encoding, whole);
        for (const notice of notices) told.add(notice);
        return true;
      }

      async function writeResult(result: Result): Promise<Record<string, unknown>> {
        const { task, value, report } = result;
        const { answer } = task;
        const output = targets.result(task, file);
        if (await isMissing(output)) {
          const own = { ...rest, format: formatOfAnswer(answer, format) };
          await writeContent(await answer.encode(value, own, besideOf(result, raster)), output, {}, whole);
        }
        const picture = targets.picture(task, file);
        if (picture !== undefined && (await isMissing(picture))) {
          await writeContent(await shown(result, pictured), picture, {}, whole);
        }
        return { output, ...(picture !== undefined && { picture }), ...report };
      }

      const photos = results.filter(({ task }) => task.answer.isPhoto);
      const others = results.filter(({ task }) => !task.answer.isPhoto);
      const written: string[] = [];
      const report: Record<string, unknown> = Object.assign({}, ...photos.map((result) => result.report));
      /** Several tasks may say the same of a photo. */
      const told = new Set(results.flatMap(({ notices }) => notices));
      // First, as a later run knows by the results that a photo is done.
      await writeSides(results, (task) => targets.sides(task, file), isMissing, whole);
      if (photos.length > 0 || others.length === 0) {
        const output = targets.photo(file);
        const isNew = await writeRestored(output);
        if (!isNew && others.length === 0) return fileResult('skipped', file.path, { output });
        written.push(output);
      }
      for (const result of others) {
        const own = await writeResult(result);
        written.push(own.output as string);
        report[result.task.name] = own;
      }
      if (told.size > 0) report.notices = [...told];
      const [height, width] = raster.pixels.shape;
      const megapixels = (height * width) / 1e6;
      const seconds = picture.seconds + secondsSince(start);
      return fileResult('done', file.path, {
        ...{ output: written[0], megapixels, seconds, report },
        ...(results.some(({ task }) => task.words) && { words: wordsOf(results) }),
      });
    },
    { concurrency, weigh: pictureBytes, capacity: PICTURES_CAPACITY },
  );
}
