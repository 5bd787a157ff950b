import { writeFile } from 'node:fs/promises';
import { writeWhole } from '../core/files/writeWhole.js';
import { type LabelsOptions, labelsLegend } from '../tasks/labels/task.js';

/** Writes which class each index and colour of a map of labels is, as JSON. */
export function writeLegend(file: string, options: LabelsOptions): Promise<void> {
  const legend = JSON.stringify(labelsLegend(options), null, 2);
  return writeWhole(file, (temporary) => writeFile(temporary, `${legend}\n`));
}
