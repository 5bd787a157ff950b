import { fileURLToPath } from 'node:url';
import ndarray from 'ndarray';
import sharp from 'sharp';
import { afterAll, expect, test } from 'vitest';
import type { Session } from '../../../src/engines/engine.js';
import { createModels } from '../../../src/engines/models.js';
import type { Raster } from '../../../src/images/raster.js';
import { readRaster } from '../../../src/images/readRaster.js';
import { readWindow } from '../../../src/images/readWindow.js';
import { type PredictTiledOptions, predictTiled } from '../../../src/pipelines/run/predictTiled.js';
import { type DeblurFacts, deblur } from '../../../src/tasks/deblur/task.js';
import { denoise } from '../../../src/tasks/denoise/task.js';
import { derain } from '../../../src/tasks/derain/task.js';
import type { TiledPlan } from '../../../src/tasks/plan.js';

const models = createModels();
afterAll(() => models.dispose());

/** Tall enough for the margins of every network. */
const photo = await sharp(fileURLToPath(new URL('../../../fixtures/noisy/dogs.png', import.meta.url)))
  .extend({ bottom: 200, extendWith: 'mirror' })
  .png()
  .toBuffer();

type Predict = (raster: Raster, session: Session, options: PredictTiledOptions) => Promise<void>;

const white25 = { sigma: 25 / 255, noise: 25 / 255, estimated: false, isWhite: true, strength: 1, chroma: 1, grain: 0 };
const noisy: Predict = (raster, session, options) =>
  predictTiled(raster, denoise.plan(white25, session.model.card, 'balanced') as TiledPlan, session, options);
const rainy: Predict = (raster, session, options) =>
  predictTiled(raster, derain.plan({ kind: 'streaks' }, session.model.card, 'balanced') as TiledPlan, session, options);

/** A photo whose blur no kernel explains. */
const unlike = { kernel: ndarray(new Float32Array([1]), [1, 1]), doubt: 'things move', expectedGain: 1 } as DeblurFacts;
const moving: Predict = (raster, session, options) =>
  predictTiled(raster, deblur.plan(unlike, session.model.card, 'balanced') as TiledPlan, session, options);

test.each<[string, Predict]>([
  ['denoise-grey', noisy],
  ['denoise-colour', noisy],
  ['denoise-camera', noisy],
  ['denoise-colour-fast', noisy],
  ['denoise-grey-fast', noisy],
  ['derain-streaks', rainy],
  ['derain-glass', rainy],
  ['deblur-dynamic', moving],
])('%s: a photo in tiles is the whole photo to 1e-4', async (model, predict) => {
  const session = await models.open(model);
  const margin = session.model.card.receptiveRadius + session.model.card.stride;
  // With a width that is no multiple of the stride, and one below the other two windows of what a tile may have.
  const part = { y: 0, x: 0, height: 2 * margin + 200, width: 203 };
  const twoTiles = Math.floor(Math.sqrt((2 * margin + 160) * 208));
  const [whole, tiled] = await Promise.all(
    [10_000, twoTiles].map(async (tile) => {
      const pixels = readWindow(await readRaster(photo), part);
      const raster: Raster = { pixels, metadata: { format: 'npy', bitDepth: 32 } };
      let tiles = 0;
      await predict(raster, session, { tile, onTile: () => tiles++ });
      return { tiles, data: pixels.data };
    }),
  );
  expect(whole.tiles).toBe(1);
  expect(tiled.tiles).toBeGreaterThan(1);
  const difference = whole.data.reduce((most, value, i) => Math.max(most, Math.abs(value - tiled.data[i])), 0);
  expect(difference).toBeLessThan(1e-4);
});
