import { setImmediate } from 'node:timers/promises';
import ndarray from 'ndarray';
import { expect, test } from 'vitest';
import { inTurns } from '../../src/core/inTurns.js';
import { parseOptions } from '../../src/core/parseOptions.js';
import type { ModelCard } from '../../src/onnx/modelFile.js';
import { deblur } from '../../src/tasks/deblur/task.js';
import { denoise } from '../../src/tasks/denoise/task.js';
import type { AboutPicture } from '../../src/tasks/task.js';
import { noisyScene } from '../helpers/noisyScene.js';

function* counting(done: number[], steps: number) {
  for (let i = 0; i < steps; i++) {
    done.push(i);
    yield;
  }
  return 'result';
}

test('others have their turn between two steps', async () => {
  const done: number[] = [];
  const result = inTurns(counting(done, 3));
  expect(done).toEqual([0]);
  for (let turn = 0; turn < 5; turn++) await setImmediate();
  expect(done).toEqual([0, 1, 2]);
  expect(await result).toBe('result');
});

test('no step begins after a stop', async () => {
  const done: number[] = [];
  const aborter = new AbortController();
  const result = inTurns(counting(done, 3), aborter.signal);
  aborter.abort(new Error('enough'));
  await expect(result).rejects.toThrow('enough');
  expect(done).toEqual([0]);
});

const [height, width] = [160, 200];
const raster = () => ({
  pixels: ndarray(noisyScene({ height, width, sigma: 0.05 }), [height, width, 1]),
  metadata: { format: 'png', bitDepth: 8 } as const,
});
const card = { task: 'denoise', stride: 1, receptiveRadius: 1, channels: 1 } as ModelCard;

test.each<[string, (about: AboutPicture) => unknown]>([
  ['the noise', (about) => denoise.measure(raster(), parseOptions(denoise.options, {}), card, about)],
  ['the blur', (about) => deblur.measure(raster(), parseOptions(deblur.options, {}), card, about)],
])('%s is not measured to its end where nobody waits for it', async (_, measure) => {
  const aborter = new AbortController();
  const measured = measure({ signal: aborter.signal });
  aborter.abort(new Error('enough'));
  await expect(measured).rejects.toThrow('enough');
});
