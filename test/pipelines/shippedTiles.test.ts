import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { createSessions } from '../../src/engines/sessions.js';
import type { Raster } from '../../src/images/raster.js';
import { readRaster } from '../../src/images/readRaster.js';
import { windowOf } from '../../src/images/windowOf.js';
import { predictTiled } from '../../src/pipelines/predictTiled.js';
import { denoise } from '../../src/tasks/denoise.js';

const sessions = createSessions();
afterAll(() => sessions.dispose());

const photo = fileURLToPath(new URL('../../fixtures/noisy/dogs.png', import.meta.url));

test.each(['denoise-grey', 'denoise-colour'])('%s: a photo in tiles is the whole photo to 1e-4', async (model) => {
  const session = await sessions.open(model);
  const margin = session.model.card.receptiveRadius + session.model.card.stride;
  // High enough for two tiles, with a width that is no multiple of the stride.
  const part = { y: 0, x: 0, height: 2 * margin + 200, width: 203 };
  const [whole, tiled] = await Promise.all(
    [10_000, 2 * margin + 120].map(async (tile) => {
      const pixels = windowOf(await readRaster(photo), part);
      const raster: Raster = { pixels, metadata: { format: 'npy', bitDepth: 32 } };
      let tiles = 0;
      const facts = { sigma: 25 / 255, noise: 25 / 255, estimated: false };
      await predictTiled(raster, denoise, facts, session, { tile, onTile: () => tiles++ });
      return { tiles, data: pixels.data };
    }),
  );
  expect(whole.tiles).toBe(1);
  expect(tiled.tiles).toBeGreaterThan(1);
  const difference = whole.data.reduce((most, value, i) => Math.max(most, Math.abs(value - tiled.data[i])), 0);
  expect(difference).toBeLessThan(1e-4);
});
