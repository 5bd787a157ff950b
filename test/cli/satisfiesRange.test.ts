import { expect, test } from 'vitest';
import { satisfiesRange } from '../../src/cli/satisfiesRange.js';

const range = '^20.19.0 || >=22.12.0';

test.each([
  ['v20.18.9', false],
  ['v20.19.0', true],
  ['v20.20.2', true],
  ['v21.7.3', false],
  ['v22.11.9', false],
  ['v22.12.0', true],
  ['v24.0.0', true],
  ['v23.0.0-nightly2025', true],
])(`%s in ${range}: %s`, (version, expected) => {
  expect(satisfiesRange(version, range)).toBe(expected);
});
