import { expect, test } from 'vitest';
import { labelLinks, linkLabels } from '../../src/regions/linkLabels.js';
import { drawn, rowsOf } from './drawing.js';

test.each<[string, string[], string[], string[]]>([
  ['the one it lies on', ['11.22'], ['22.11'], ['11.22']],
  ['one that moved, by half of it', ['1111....'], ['..1111..'], ['..1111..']],
  ['by less than half: a new one', ['1111....'], ['...1111.'], ['...3333.']],
  ['two on one: the larger share keeps it', ['11111111'], ['111.2222'], ['333.1111']],
  ['one on two: the larger share', ['11122222'], ['11111111'], ['22222222']],
  ['a small one inside a large one', ['11111111'], ['...1....'], ['...1....']],
  ['nothing before', ['........'], ['11..2222'], ['33..4444']],
])('%s', (_, before, labels, linked) => {
  expect(rowsOf(linkLabels(drawn(...before), drawn(...labels), 2).labels)).toEqual(linked);
});

test('over slices: an empty one is passed over, one of another size begins anew, numbers are never given twice', () => {
  const link = labelLinks();
  const slices = [['11.22'], ['....1'], ['.....'], ['11.22'], ['1.2'], ['2.1']];
  expect(slices.map((rows) => rowsOf(link(drawn(...rows))))).toEqual([
    ['11.22'],
    ['....2'],
    ['.....'],
    ['33.22'],
    ['4.5'],
    ['4.5'],
  ]);
});
