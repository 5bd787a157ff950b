import ndarray from 'ndarray';
import { expect, test } from 'vitest';
import type { Session } from '../../../src/engines/engine.js';
import type { Raster } from '../../../src/images/raster.js';
import { modelCard } from '../../../src/onnx/modelFile.js';
import { predictPhoto } from '../../../src/pipelines/run/predictPhoto.js';
import { labels } from '../../../src/tasks/labels/task.js';
import type { Quality } from '../../../src/tasks/task.js';

const [CLASSES, CELL] = [40, 8];

/** A network that is rather sure of class 1 at the usual size, and surer of class 2 at any other; and how it was asked. */
function sizedSession(own: object = {}) {
  const card = modelCard.parse({
    ...{ name: 'sized', task: 'scene', network: 'sized', licence: 'CC0-1.0', data: [], channels: 3 },
    ...{ stride: 32, receptiveRadius: 100, parameters: 1 },
    ...own,
  });
  const seen: string[] = [];
  const session: Session = {
    model: { path: 'sized', card, bytes: new Uint8Array() },
    engine: 'onnx',
    provider: 'test',
    async run({ image: { dims } }) {
      const [, , height, width] = dims;
      seen.push(`${height}x${width}`);
      const cells = (height / CELL) * (width / CELL);
      const data = new Float32Array(CLASSES * cells);
      const isUsual = height === 256;
      data.fill(isUsual ? 5 : 9, isUsual ? 0 : cells, isUsual ? cells : 2 * cells);
      return { labels: { data, dims: [1, CLASSES, height / CELL, width / CELL] } };
    },
    dispose: async () => {},
  };
  return { session, seen };
}

async function labelled(quality: Quality, own?: object) {
  const photo: Raster = {
    pixels: ndarray(new Uint8Array(240 * 320 * 3).fill(99), [240, 320, 3]),
    metadata: { format: 'png', bitDepth: 8 },
  };
  const { session, seen } = sizedSession(own);
  const [{ value }] = await predictPhoto(photo, [{ task: labels, options: {} }], {
    quality,
    open: async () => session,
  });
  return { seen, label: (value as { data: Uint8Array }).data[1000] };
}

test('best sees a photo smaller and larger, too, each with its mirror image, and averages what it says', async () => {
  expect(await labelled('best')).toEqual({
    seen: ['256x352', '256x352', '224x288', '224x288', '320x416', '320x416'],
    label: 2,
  });
});

test('balanced sees it once', async () => {
  expect(await labelled('balanced')).toEqual({ seen: ['256x352'], label: 1 });
});

test("a network of one's own, of classes of its own, is asked at its size alone", async () => {
  const classes = Array.from({ length: CLASSES }, (_, i) => ({ name: `class ${i + 1}` }));
  expect(await labelled('best', { classes })).toEqual({ seen: ['256x352', '256x352'], label: 1 });
});
