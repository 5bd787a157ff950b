import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { beforeEach, expect, test } from 'vitest';
import { scenePyramid } from '../../src/models/scenePyramid.js';
import { readCheckpoint } from '../../src/training/checkpoint.js';
import { loadEfficientnetWeights } from '../../src/training/efficientnetWeights.js';
import { trainableWeights } from '../../src/training/train.js';
import { startPerpixel } from '../helpers/startPerpixel.js';
import { temporaryFolder } from '../helpers/temporaryFolder.js';

/** An EfficientNet-Lite0 of a twentieth of the width; see efficientnetReference.py. */
const pth = 'test/training/fixtures/efficientnet.pth';
const options = { outputs: ['depth' as const], width: 0.05 };

let folder: string;
const at = (...names: string[]) => path.join(folder, ...names);

beforeEach(async () => {
  folder = await temporaryFolder();
  const raw = { width: 64, height: 64, channels: 1 } as const;
  for (const kind of ['photos', 'depth']) await mkdir(at(kind));
  for (const name of ['a.png', 'b.png']) {
    await sharp({ create: { ...raw, channels: 3, background: '#486' } })
      .png()
      .toFile(at('photos', name));
    const millimetres = Uint16Array.from({ length: 64 * 64 }, (_, i) => 2000 + i);
    await sharp(millimetres, { raw }).toColourspace('grey16').png().toFile(at('depth', name));
  }
});

/** One step that leaves the trunk as it is. */
const train = (file: string, network: object = options) => {
  const data = ['--data', at('photos'), '--truth', at('depth'), '--run', at('run')];
  const asked = ['--network', 'scene-pyramid', '--options', JSON.stringify(network), '--rates', '{"trunk":0}'];
  const size = ['--steps', '1', '--batch', '1', '--crop', '64'];
  return startPerpixel(['train', 'depth', ...data, ...asked, ...size, '--trunk-weights', file]).ended;
};

test('--trunk-weights begins with a trunk out of a .pth', { timeout: 300_000 }, async () => {
  expect(await train(pth)).toMatchObject({ code: 0 });
  const { tensors } = await readCheckpoint(at('run', 'checkpoint.safetensors'));
  const expected = scenePyramid.build(options);
  loadEfficientnetWeights(expected, await readFile(pth));
  const trunk = Object.entries(trainableWeights(expected)).filter(([name]) => name.startsWith('trunk'));
  expect(trunk.length).toBeGreaterThan(90);
  for (const [name, weight] of trunk) expect(tensors[`average/${name}`].data, name).toEqual(weight.dataSync());
});

test('a file that is none is said, and no run begun', { timeout: 600_000 }, async () => {
  await writeFile(at('text.pth'), 'weights');
  const results = await Promise.all([
    train(at('none.pth')),
    train(at('text.pth')),
    train(pth, { ...options, width: 1 }),
  ]);
  for (const [i, [code, message]] of (
    [
      [2, /--trunk-weights: .*none\.pth; expected a file that can be read/],
      [1, /E_FORMAT/],
      [2, /E_MODEL/],
    ] as const
  ).entries()) {
    expect(results[i].stderr).toMatch(message);
    expect(results[i].code).toBe(code);
  }
  await expect(readFile(at('run', 'run.json'))).rejects.toThrow('ENOENT');
});
