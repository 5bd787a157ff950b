import { writeFile } from 'node:fs/promises';
import { writeWhole } from '../core/files/writeWhole.js';

/** Writes what the values of a result mean (the names of classes), as JSON. */
export function writeLegend(file: string, legend: unknown): Promise<void> {
  return writeWhole(file, (temporary) => writeFile(temporary, `${JSON.stringify(legend, null, 2)}\n`));
}
