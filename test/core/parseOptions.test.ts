import { expect, test } from 'vitest';
import * as z from 'zod';
import { parseOptions } from '../../src/core/parseOptions.js';
import { denoise } from '../../src/tasks/denoise/task.js';

test('fills in defaults', () => {
  expect(parseOptions(denoise.options, { sigma: 25 })).toEqual({ sigma: 25, strength: 1, chroma: 1, grain: 0 });
});

test.each([
  [{ sigma: 90 }, 'sigma', '90', /^at most 75$/],
  [{ sigma: 'loud' }, 'sigma', 'loud', /^a number$/],
  [{ strength: -1 }, 'strength', '-1', /^at least 0$/],
])('%j is an error that names the option', (values, subject, received, expected) => {
  const parts = { code: 'E_OPTION', subject, received, expected: expect.stringMatching(expected) };
  expect(() => parseOptions(denoise.options, values)).toThrow(expect.objectContaining(parts));
});

test.each([
  ['as it stands', z.number().min(1).describe('Pixels to a side'), 'Pixels to a side.'],
  ['with a default around it', z.number().min(1).describe('Pixels to a side').default(3), 'Pixels to a side.'],
  ['without a description', z.number().min(1).optional(), 'Choose another value.'],
])('an error says what the option is: %s', (_, side, cure) => {
  expect(() => parseOptions(z.strictObject({ side }), { side: 0 })).toThrow(expect.objectContaining({ cure }));
});

test('an option that there is not is named, with those that there are', () => {
  const schema = z.strictObject({ size: z.strictObject({ width: z.number() }).optional() });
  expect(() => parseOptions(schema, { siez: [3, 4] })).toThrow(
    /^siez: \[3,4\]; expected one of the options size. Leave it out/,
  );
  expect(() => parseOptions(schema, { size: { width: 1, hight: 2 } })).toThrow(/^size.hight: 2; /);
});

test('the command line knows an option by another name', () => {
  expect(() => parseOptions(denoise.options, { sigma: 90 }, (name) => `--${name}`)).toThrow(/^--sigma: 90; expected/);
});
