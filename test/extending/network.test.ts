import { readFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { beforeEach, expect, test } from 'vitest';
import { extended } from '../helpers/extended.js';

/** A network is one file and one line. */
const network = {
  files: { 'src/models/oneLayer.ts': 'test/extending/oneLayer.ts' },
  lines: { 'src/models/index.ts': "export { oneLayer } from './oneLayer.js';" },
};
/** What a task learns is in its folder: examples, batches, loss, scores. */
const task = {
  files: Object.fromEntries(
    ['index', 'task', 'evaluate', 'train', 'softBatches'].map((file) => [
      `src/tasks/soften/${file}.ts`,
      `test/extending/soften/${file}.ts`,
    ]),
  ),
  lines: { 'src/tasks/index.ts': "export * as soften from './soften/index.js';" },
};

let toy: Awaited<ReturnType<typeof extended>>;
beforeEach(async () => {
  toy = await extended({
    files: { ...network.files, ...task.files },
    lines: { ...network.lines, ...task.lines },
  });
});
const at = (...names: string[]) => path.join(toy.folder, ...names);
const train = (name: string, ...more: string[]) =>
  toy.perpixel(
    ...['train', name, '--data', 'fixtures/photos', '--run', `runs/${name}`],
    ...['--steps', '2', '--batch', '1', '--crop', '32', ...more],
  );
const lossOf = async (name: string): Promise<number> =>
  JSON.parse((await readFile(at('runs', name, 'log.jsonl'), 'utf8')).trim().split('\n').at(-1)!).loss;

test('a network is built, trained by its own loss, exported and used', { timeout: 300_000 }, async () => {
  expect(await train('denoise', '--network', 'one-layer')).toMatchObject({ code: 0, stdout: '' });
  // Of that size only by its own loss.
  expect(await lossOf('denoise')).toBeGreaterThan(1000);

  const done = await toy.perpixel(
    'export',
    'runs/denoise',
    '-o',
    'mine.onnx',
    '--name',
    'mine',
    '--weights',
    'float32',
  );
  expect(done).toMatchObject({ code: 0, stdout: 'mine.onnx: 84 parameters, 0.0 MB\n' });
  const used = await toy.perpixel(
    ...[
      'denoise',
      'fixtures/photos/dogs.jpg',
      '-o',
      'out',
      '--format',
      'png',
      '--model',
      'mine.onnx',
      '--sigma',
      '25',
      '--quiet',
    ],
  );
  expect(used).toEqual({ code: 0, stdout: '', stderr: '' });
  const [before, after] = await Promise.all(
    ['fixtures/photos/dogs.jpg', 'out/dogs.png'].map((file) => sharp(at(file)).metadata()),
  );
  expect([after.width, after.height]).toEqual([before.width, before.height]);
});

test('its options are checked, by their names', async () => {
  const { code, stderr } = await train('denoise', '--network', 'one-layer', '--options', '{"sides":5}');
  expect(code).toBe(2);
  expect(stderr).toContain('sides of one-layer: 5; expected one of the options side, channels');
});

test('a task is learnt by the network that it names, with options of its examples', { timeout: 300_000 }, async () => {
  expect((await toy.perpixel('train', '--help')).stdout).toMatch(/--blur\s+soften: pixels that are averaged/);
  expect(await train('soften', '--blur', '2', '--validate', 'fixtures/photos')).toMatchObject({ code: 0, stdout: '' });
  const run = JSON.parse(await readFile(at('runs/soften/run.json'), 'utf8'));
  expect(run).toMatchObject({ task: 'soften', network: 'one-layer', examples: { blur: 2 } });
  expect(await readFile(at('runs/soften/log.jsonl'), 'utf8')).toContain('"psnr":');
});
