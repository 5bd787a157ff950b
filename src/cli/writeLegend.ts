import { writeFile } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import { PerpixelError } from '../core/errors.js';
import { readRegular, unreadableWords } from '../core/files/openRegular.js';
import { requireFilePlace } from '../core/files/requireFilePlace.js';
import { writeWhole } from '../core/files/writeWhole.js';

/** Bytes: what is larger is no legend. */
const LARGEST = 1 << 22;

/** An index of a result with what it means. */
type Legend = readonly object[];

/**
 * Writes what the values of a result mean (the names of classes), as JSON.
 *
 * @throws PerpixelError as requireLegend
 */
export async function writeLegend(file: string, legend: Legend, overwrite: boolean): Promise<void> {
  if (await requireLegend(file, legend, overwrite)) return;
  await writeWhole(file, (temporary) => writeFile(temporary, `${JSON.stringify(legend, null, 2)}\n`), {
    replacesOwn: true,
  });
}

/**
 * Makes sure that the place of a legend is free, or holds one.
 *
 * @returns whether this very legend is there
 * @throws PerpixelError E_WRITE where something else is there, or without `overwrite` the legend of other classes, whose results are
 *   then there too
 */
export async function requireLegend(file: string, legend: Legend, overwrite: boolean): Promise<boolean> {
  if ((await requireFilePlace(file)) === undefined) return false;
  const text = await readRegular(file, LARGEST).catch((cause) => {
    throw inTheWay(file, unreadableWords(cause, 'a file'), 'Move it away, or name another output.');
  });
  const there = parsed(text.toString());
  const fields = Object.keys(legend[0]);
  const isLegend =
    Array.isArray(there) && there.every((each) => each !== null && isDeepStrictEqual(Object.keys(each), fields));
  if (!isLegend) throw inTheWay(file, 'a file that is no legend', 'Move it away, or name another output.');
  if (isDeepStrictEqual(there, legend)) return true;
  if (overwrite) return false;
  throw inTheWay(file, 'the legend of other classes', 'Name another output, or do all again with --overwrite.');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function inTheWay(file: string, received: string, cure: string): PerpixelError {
  const expected = 'a place for the legend of these results';
  return new PerpixelError({ code: 'E_WRITE', subject: file, received, expected, cure });
}
