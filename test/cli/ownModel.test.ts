import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { beforeEach, describe, expect, test } from 'vitest';
import { withCard } from '../../src/onnx/modelFile.js';
import { floatTensor } from '../../src/onnx/onnxTensor.js';
import { noisyPhoto } from '../helpers/noisyPhoto.js';
import { perpixel } from '../helpers/perpixel.js';
import { temporaryFolder } from '../helpers/temporaryFolder.js';
import { blindBlur, blur, tinyDenoiser, tinyDenoiserCard } from '../helpers/tinyDenoiser.js';
import { type TinyNode, tinyModel } from '../helpers/tinyModel.js';

let home: string;
let model: string;
let photo: string;

beforeEach(async () => {
  home = await temporaryFolder();
  model = path.join(home, 'mine.onnx');
  photo = path.join(home, 'photo.png');
  await noisyPhoto().toFile(photo);
});

const denoise = (...options: string[]) =>
  perpixel(['denoise', photo, '-o', path.join(home, 'clean'), '--model', model, '--sigma', '20', ...options]);

/** The photo as a mean over 3 x 3 with black beyond the edge. */
async function expected(): Promise<number[]> {
  const { data, info } = await sharp(photo).raw().toBuffer({ resolveWithObject: true });
  const { width, height } = info;
  const at = (y: number, x: number, c: number) =>
    y < 0 || x < 0 || y >= height || x >= width ? 0 : data[(y * width + x) * 3 + c];
  return Array.from(data, (_, i) => {
    const [y, x, c] = [Math.floor(i / 3 / width), Math.floor(i / 3) % width, i % 3];
    let sum = 0;
    for (let dy = -1; dy <= 1; dy++) for (let dx = -1; dx <= 1; dx++) sum += at(y + dy, x + dx, c);
    return Math.round(sum / 9);
  });
}

const card = ['--model-stride', '1', '--model-radius', '1'];

describe('a model of the user', () => {
  test('that answers with what is no number is told of, and nothing is written', async () => {
    const log: TinyNode[] = [
      { op: 'Sub', in: ['image', 'half'], out: ['less'] },
      { op: 'Log', in: ['less'], out: ['clean'] },
    ];
    const inputs = { image: [null, 3, null, null] };
    const bytes = tinyModel(log, inputs, ['clean'], [floatTensor('half', [1], [0.5])]);
    await writeFile(model, withCard(bytes, tinyDenoiserCard));
    expect(await denoise()).toMatchObject({ code: 1, stderr: expect.stringMatching(/E_MODEL .*NaN/) });
    expect(await readdir(path.join(home, 'clean')).catch(() => [])).toEqual([]);
  });

  test.each<[string, () => Uint8Array, string[]]>([
    ['with a card', () => withCard(tinyDenoiser(blur), tinyDenoiserCard), []],
    ['without a card, told by options', () => tinyDenoiser(blur), card],
    ['blind, with names of its own', () => tinyDenoiser(blindBlur), card],
    ['of a free number of channels', () => tinyDenoiser(blindBlur, null), [...card, '--model-channels', '3']],
    [
      'with a card that the options correct',
      () => withCard(tinyDenoiser(blur), { ...tinyDenoiserCard, stride: 64 }),
      card,
    ],
    ['of a linear range', () => tinyDenoiser(blur), [...card, '--model-scale', '0.25']],
  ])('%s', async (_, make, options) => {
    await writeFile(model, make());
    expect(await denoise(...options)).toMatchObject({ code: 0 });
    const result = await sharp(path.join(home, 'clean', 'photo.png'))
      .raw()
      .toBuffer();
    expect([...result]).toEqual(await expected());
  });

  test('with a mean: what is black for the network is that grey', async () => {
    await writeFile(model, tinyDenoiser(blur));
    expect(await denoise(...card, '--model-mean', '1')).toMatchObject({ code: 0 });
    const result = await sharp(path.join(home, 'clean', 'photo.png'))
      .raw()
      .toBuffer();
    const [corner] = await expected();
    const beyond = (255 * 5) / 9; // Five of the nine lie beyond the edge.
    expect(Math.abs(result[0] - corner - beyond)).toBeLessThanOrEqual(1);
  });

  test('is not changed', async () => {
    const bytes = tinyDenoiser(blur);
    await writeFile(model, bytes);
    await denoise(...card);
    expect(await readFile(model)).toEqual(Buffer.from(bytes));
  });
});

test.each<[string, () => Uint8Array | undefined, string[], RegExp]>([
  ['is not there', () => undefined, [], /^perpixel: E_MODEL .*mine.onnx: .*ENOENT.*perpixel models/],
  ['is no model', () => Buffer.from('hello'), [], /^perpixel: E_MODEL .*mine.onnx: .*no ONNX model/],
  ['is empty', () => Buffer.alloc(0), [], /^perpixel: E_MODEL .*mine.onnx: an empty file/],
  [
    'says too little',
    () => tinyDenoiser(blur),
    ['--model-stride', '1'],
    /^perpixel: E_MODEL .*mine.onnx: .*receptiveRadius.*--model-radius/,
  ],
  [
    'is for another task',
    () => withCard(tinyDenoiser(blur), { ...tinyDenoiserCard, task: 'derain' }),
    [],
    /^perpixel: E_MODEL .*mine.onnx: a model for derain; expected one for denoise/,
  ],
])('a model that %s ends the command at once, once', async (_, make, options, message) => {
  const bytes = make();
  if (bytes) await writeFile(model, bytes);
  await mkdir(path.join(home, 'clean'));
  await noisyPhoto().toFile(path.join(home, 'other.png'));
  const { code, stderr } = await perpixel([
    ...['denoise', photo, path.join(home, 'other.png'), '-o', path.join(home, 'clean'), '--model', model, ...options],
  ]);
  expect(code).toBe(2);
  expect(stderr).toMatch(message);
  expect(stderr.trim().split('\n')).toHaveLength(1);
});

test('a model whose result is of another size', async () => {
  await writeFile(model, tinyDenoiser({ ...blur, with: { group: 3 } }));
  const { code, stderr } = await denoise(...card);
  expect(code).toBe(1);
  expect(stderr).toMatch(/^E_MODEL .*outputs clean 1 x 3 x 14 x 22; expected clean 1 x 3 x 16 x 24/);
});

test('models shows a file of the user, too', async () => {
  await writeFile(model, withCard(tinyDenoiser(blur), tinyDenoiserCard));
  const { code, stdout } = await perpixel(['models', model]);
  expect(code).toBe(0);
  expect(stdout).toContain('stride 1, sees 1 pixels to each side');
  expect(stdout).toContain('trained on made up (CC0-1.0)');
});
