import ndarray from 'ndarray';
import { describe, expect, test } from 'vitest';
import type { NamedTensors, Session } from '../../../src/engines/engine.js';
import { modelCard } from '../../../src/onnx/modelFile.js';
import { noiseGrid } from '../../../src/tasks/denoise/noiseGrid.js';

const card = modelCard.parse({
  name: 'fake',
  task: 'noise',
  network: 'fake',
  licence: 'none',
  data: [],
  channels: 3,
  stride: 16,
  receptiveRadius: 40,
  parameters: 1,
});

/** An estimator that says red for luma and blue for chroma, and keeps the sizes of what it saw. */
function fake() {
  const seen: number[][] = [];
  const run = async ({ image }: NamedTensors) => {
    const [, , height, width] = image.dims;
    seen.push([height, width]);
    const size = height * width;
    const data = new Float32Array(2 * size);
    data.set(image.data.subarray(0, size));
    data.set(image.data.subarray(2 * size), size);
    return { noise: { data, dims: [1, 2, height, width] } };
  };
  return { seen, session: { model: { card }, run } as unknown as Session };
}

const picture = (height: number, width: number, of: (y: number, x: number) => [number, number, number]) => ({
  pixels: ndarray(
    Float32Array.from({ length: height * width * 3 }, (_, i) => {
      const pixel = Math.floor(i / 3);
      return of(Math.floor(pixel / width), pixel % width)[i % 3];
    }),
    [height, width, 3],
  ),
});

describe('noiseGrid', () => {
  test('has a sample for each 16 x 16 pixels, the same in parts as at once', async () => {
    const { seen, session } = fake();
    const level = (y: number, x: number) => 0.01 * (1 + ((Math.floor(y / 16) * 3 + Math.floor(x / 16)) % 17));
    const raster = picture(1200, 1310, (y, x) => [level(y, x), 0.5, 2 * level(y, x)]);
    const { levels } = await noiseGrid(raster, session);
    expect(levels.shape).toEqual([75, 82, 2]);
    expect(seen.length).toBe(4);
    for (const [height, width] of seen) {
      expect([height % 16, width % 16]).toEqual([0, 0]);
      expect(Math.max(height, width)).toBeLessThanOrEqual(1024);
    }
    for (let y = 0; y < 75; y++) {
      // The last column is mirrored beyond the edge, from pixels of the cell before.
      for (let x = 0; x < 81; x++) {
        expect(levels.get(y, x, 0)).toBeCloseTo(level(16 * y, 16 * x), 6);
        expect(levels.get(y, x, 1)).toBeCloseTo(2 * level(16 * y, 16 * x), 6);
      }
    }
  });

  test('sums up by root mean squares, of the dark and the light half too', async () => {
    const { session } = fake();
    const raster = picture(32, 32, (y) => (y < 16 ? [0.03, 0, 0.1] : [0.04, 1, 0.1]));
    const { luma, chroma, shadows, lights } = await noiseGrid(raster, session);
    expect(luma).toBeCloseTo(Math.sqrt((0.03 ** 2 + 0.04 ** 2) / 2), 6);
    expect(chroma).toBeCloseTo(0.1, 6);
    expect(shadows).toBeCloseTo(0.03, 6);
    expect(lights).toBeCloseTo(0.04, 6);
  });

  test('a picture of one pixel, and a grey one', async () => {
    const { session } = fake();
    const { levels, luma } = await noiseGrid({ pixels: ndarray(new Uint8Array([51]), [1, 1, 1]) }, session);
    expect(levels.shape).toEqual([1, 1, 2]);
    expect(luma).toBeCloseTo(0.2, 6);
  });

  test('a model that answers something else is named', async () => {
    const session = { model: { card }, run: async () => ({}) } as unknown as Session;
    await expect(
      noiseGrid(
        picture(16, 16, () => [0, 0, 0]),
        session,
      ),
    ).rejects.toMatchObject({ code: 'E_MODEL' });
  });
});
