import { expect, test } from 'vitest';
import { type Naming, outputNames } from '../../src/pipelines/outputNames.js';

test.each<[string, Naming, Record<string, string>]>([
  ['a restored photo keeps its name', {}, { 'x.jpg': 'x.jpg', 'x.png': 'x.png', 'y.JPG': 'y.JPG' }],
  ['another format', { format: 'png' }, { 'x.jpg': 'x.png', 'y.tiff': 'y.png' }],
  ['the format it has, however it is spelled', { format: 'jpeg' }, { 'x.JPEG': 'x.JPEG', 'y.jpg': 'y.jpg' }],
  ['a file that has the name already keeps it', { format: 'png' }, { 'x.jpg': 'x.jpg.png', 'x.png': 'x.png' }],
  ['a suffix', { suffix: 'depth', format: 'png' }, { 'x.jpg': 'x.depth.png', 'y.jpg': 'y.depth.png' }],
  [
    'two that would meet',
    { suffix: 'depth', format: 'png' },
    { 'x.jpg': 'x.jpg.depth.png', 'x.png': 'x.png.depth.png' },
  ],
  [
    'two that would meet where case is ignored',
    { suffix: 'depth', format: 'npy' },
    { 'X.jpg': 'X.jpg.depth.npy', 'x.png': 'x.png.depth.npy' },
  ],
  [
    'restored photos that would meet where case is ignored',
    {},
    { 'X.png': 'X.png', 'x.PNG': 'x.PNG.PNG', 'x.png': 'x.png-2.png', 'y.png': 'y.png' },
  ],
  [
    'names that differ in case alone',
    { suffix: 'depth', format: 'png' },
    { 'X.jpg': 'X.jpg.depth.png', 'x.jpg': 'x.jpg-2.depth.png' },
  ],
  [
    'two that would meet where accents are signs of their own',
    { suffix: 'depth', format: 'png' },
    { 'caf\u00e9.jpg': 'caf\u00e9.jpg.depth.png', 'cafe\u0301.png': 'cafe\u0301.png.depth.png' },
  ],
  [
    'the whole name is taken too',
    { format: 'png' },
    { 'x.jpg': 'x.jpg-2.png', 'x.jpg.png': 'x.jpg.png', 'x.png': 'x.png' },
  ],
  ['dots in the name', { suffix: 'labels', format: 'png' }, { 'a.b.jpg': 'a.b.labels.png' }],
])('%s', (_, naming, expected) => {
  const names = Object.keys(expected);
  expect(Object.fromEntries(outputNames(names, naming))).toEqual(expected);
  expect(Object.fromEntries(outputNames(names.toReversed(), naming))).toEqual(expected);
});
