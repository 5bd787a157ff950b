import { expect, test } from 'vitest';
import { workingSize } from '../../../src/tasks/scene/workingSize.js';

test.each([
  ['a photo of 4:3', 3000, 4000, [256, 352]],
  ['the same, upright', 4000, 3000, [352, 256]],
  ['small ones are enlarged', 30, 40, [256, 352]],
  ['3:2', 2000, 3000, [256, 384]],
  ['square', 500, 500, [288, 288]],
  ['a panorama keeps some height', 1000, 5000, [224, 1120]],
  ['a tower', 5000, 1000, [1120, 224]],
  ['a line, up to a limit', 10, 10_000, [32, 2048]],
  ['one pixel', 1, 1, [288, 288]],
])('%s', (_, height, width, expected) => {
  expect(workingSize(height, width, 32)).toEqual(expected);
});

test('of more pixels, where a network takes more', () => {
  expect(workingSize(360, 480, 32, 528 * 396)).toEqual([384, 512]);
});
