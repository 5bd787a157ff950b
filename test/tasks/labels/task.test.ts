import { expect, test } from 'vitest';
import { labels } from '../../../src/tasks/labels/task.js';

test.each([
  [{}, 'scene'],
  [{ classes: 13 }, 'scene'],
  [{ depth: 'predicted' }, 'labels-with-depth'],
  [{ depth: 'scans' }, 'labels-with-depth'],
  [{ scene: 'street' }, 'labels-street'],
] as const)('%o is the work of %s', (given, model) => {
  expect(labels.model?.(labels.options.parse(given))).toBe(model);
});
