import { expect, test } from 'vitest';
import yargs, { type Argv } from 'yargs';
import { lastOfRepeated } from '../../src/cli/lastOfRepeated.js';

const declare = (parser: Argv) =>
  parser
    .positional('photos', { type: 'string' })
    .option('output', { type: 'string', alias: 'o' })
    .option('crop', { type: 'string', coerce: (text: string) => text.split('x').map(Number) })
    .option('tile-size', { type: 'number' })
    .option('hold-out', { type: 'string', array: true });

test.each<[string[], Record<string, unknown>]>([
  [['-o', 'a', '-o', 'b'], { output: 'b', o: 'b' }],
  [['-o', 'a', '--output', 'b'], { output: 'b', o: 'b' }],
  [['--tile-size', '1', '--tile-size', '2'], { tileSize: 2, 'tile-size': 2 }],
  [['--crop', '1', '--crop', '3x4'], { crop: [3, 4] }],
  [['--hold-out', 'a', '--hold-out', 'b', 'c'], { holdOut: ['a', 'b', 'c'], 'hold-out': ['a', 'b', 'c'] }],
  [['y', 'z'], { photos: ['x', 'y', 'z'] }],
])('%j', async (more, expected) => {
  let given: unknown;
  const parser = yargs().command(
    'clean <photos..>',
    'Clean',
    (each) => declare(lastOfRepeated(each as Argv, ['photos'])),
    (args) => {
      given = args;
    },
  );
  await parser.parseAsync(['clean', 'x', ...more]);
  expect(given).toMatchObject(expected);
});
