import { expect, test } from 'vitest';
import { rateText } from '../../src/cli/rateText.js';

test.each([
  [0.5, '0.50'],
  [0.0123, '0.012'],
  [9.96, '10'],
  [12.4, '12'],
  [99.6, '100'],
  [345.4, '345'],
])('%d is told as %s', (rate, text) => expect(rateText(rate)).toBe(text));
