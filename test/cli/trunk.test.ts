import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { beforeEach, expect, test } from 'vitest';
import { scenePyramid } from '../../src/models/scenePyramid.js';
import { readCheckpoint } from '../../src/training/checkpoint.js';
import { trainableWeights } from '../../src/training/train.js';
import { loadTrunk, readTrunk } from '../../src/training/trunk.js';
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
  return startPerpixel(['train', 'depth', ...data, ...asked, ...size, '--trunk', file]).ended;
};

test('--trunk begins with weights of another format, which a tool makes of them', { timeout: 300_000 }, async () => {
  await promisify(execFile)('python3', ['tools/efficientnetLite.py', pth, at('trunk.safetensors')]);
  expect(await train(at('trunk.safetensors'))).toMatchObject({ code: 0 });
  const { tensors } = await readCheckpoint(at('run', 'checkpoint.safetensors'));
  const expected = scenePyramid.build(options);
  loadTrunk(expected, await readTrunk(at('trunk.safetensors')));
  const trunk = Object.entries(trainableWeights(expected)).filter(([name]) => name.startsWith('trunk'));
  expect(trunk.length).toBeGreaterThan(90);
  for (const [name, weight] of trunk) expect(tensors[`average/${name}`].data, name).toEqual(weight.dataSync());
});

test('a file that is none is said, and no run begun', { timeout: 600_000 }, async () => {
  await writeFile(at('text.safetensors'), 'weights');
  for (const [file, message] of [
    [
      at('none.safetensors'),
      /E_FORMAT .*none\.safetensors: a file that cannot be read; expected the weights of a trunk/,
    ],
    [at('text.safetensors'), /E_FORMAT .*expected the weights of a trunk/],
    [pth, /E_FORMAT .*expected the weights of a trunk/],
  ] as const) {
    const { code, stderr } = await train(file);
    expect(stderr).toMatch(message);
    expect(code).toBe(1);
  }
  await expect(readFile(at('run', 'run.json'))).rejects.toThrow('ENOENT');
});
