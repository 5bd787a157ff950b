import ndarray from 'ndarray';
import { expect, test } from 'vitest';
import { labels } from '../../../src/tasks/labels/task.js';

test.each([
  [{}, 'scene'],
  [{ classes: 13 }, 'scene'],
  [{ depth: 'predicted' }, 'labels-with-depth'],
  [{ depth: 'scans' }, 'labels-with-depth'],
  [{ scene: 'street' }, 'labels-street'],
] as const)('%o is the work of %s', (given, model) => {
  const raster = { pixels: ndarray(new Uint8Array(3), [1, 1, 3]), metadata: { format: 'png', bitDepth: 8 } } as const;
  expect(labels.model(labels.options.parse(given), raster, 'balanced')).toBe(model);
});
