import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { writeLegend } from '../../src/cli/writeLegend.js';
import { labelsLegend } from '../../src/tasks/labels/task.js';
import { temporaryFolder } from '../helpers/temporaryFolder.js';

const legend = labelsLegend({ scene: 'indoor', classes: 13 });
let file: string;
beforeEach(async () => {
  file = path.join(await temporaryFolder(), 'labels.json');
});

test('a legend is written once, and stays where it is the same', async () => {
  await writeLegend(file, legend, false);
  expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(legend);
  const { ino } = await stat(file);
  await writeLegend(file, legend, true);
  expect((await stat(file)).ino).toBe(ino);
});

test.each([
  ['another’s JSON', '{"mine":1}'],
  ['a list of other things', '[{"mine":1}]'],
  ['text', 'not JSON'],
])('%s in its place stays, overwrite or not', async (_, text) => {
  await writeFile(file, text);
  for (const overwrite of [false, true]) {
    await expect(writeLegend(file, legend, overwrite)).rejects.toMatchObject({ code: 'E_WRITE', subject: file });
  }
  expect(await readFile(file, 'utf8')).toBe(text);
});

test('the legend of other classes is replaced only where the results are', async () => {
  await writeLegend(file, labelsLegend({ scene: 'indoor', classes: 40 }), false);
  await expect(writeLegend(file, legend, false)).rejects.toMatchObject({ received: 'the legend of other classes' });
  await writeLegend(file, legend, true);
  expect(JSON.parse(await readFile(file, 'utf8'))).toHaveLength(legend.length);
});

test('a folder in its place is told of', async () => {
  await mkdir(file);
  await expect(writeLegend(file, legend, true)).rejects.toMatchObject({ code: 'E_WRITE', subject: file });
});
