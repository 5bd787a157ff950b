import ndarray from 'ndarray';
import { describe, expect, test } from 'vitest';
import { byRegions } from '../../../src/tasks/labels/byRegions.js';
import { regionKinds } from '../../../src/tasks/labels/regionKinds.js';
import { labels } from '../../../src/tasks/labels/task.js';

test.each([
  [{}, 'scene'],
  [{ classes: 13 }, 'scene'],
  [{ depth: 'predicted' }, 'labels-with-depth'],
  [{ depth: 'scans' }, 'labels-with-depth'],
  [{ scene: 'street' }, 'labels-street'],
] as const)('%o is the work of %s', (given, model) => {
  const raster = { pixels: ndarray(new Uint8Array(3), [1, 1, 3]), metadata: { format: 'png', bitDepth: 8 } } as const;
  expect(labels.model(labels.options.parse(given), raster, 'balanced')).toBe(model);
});

/** A picture of a blue and a red half, and scores that err at a pixel of each. */
describe('regions in place of pixels', () => {
  const [height, width] = [32, 48];
  const isLeft = (i: number) => i % width < width / 2;
  const picture = ndarray(new Float32Array(height * width * 3), [height, width, 3]);
  const grid = ndarray(new Float32Array(height * width * 2), [height, width, 2]);
  for (let i = 0; i < height * width; i++) {
    picture.data[3 * i + (isLeft(i) ? 2 : 0)] = 0.8;
    const isWrong = i % 37 === 5;
    grid.data.set(isLeft(i) === isWrong ? [0.2, 0.8] : [0.8, 0.2], 2 * i);
  }

  test.each(regionKinds)('%s: all of a half says what most of it says', (kind) => {
    const found = byRegions(kind, picture, grid);
    expect(found.shape).toEqual([height, width, 2]);
    // Whose pixels at the border are smoothed is left open.
    const wrong = Array.from({ length: height * width }, (_, i) => i)
      .filter((i) => Math.abs((i % width) - (width - 1) / 2) > 3)
      .filter((i) => found.data[2 * i] > 0.5 !== isLeft(i));
    expect(wrong).toEqual([]);
    expect(found.data[0] + found.data[1]).toBeCloseTo(1, 5);
  });

  test('a grid that is coarser than the picture comes back as large as the picture', () => {
    const coarse = ndarray(Float32Array.from([0.9, 0.1, 0.1, 0.9]), [1, 2, 2]);
    const found = byRegions('superpixels', picture, coarse);
    expect(found.shape).toEqual([height, width, 2]);
    expect(found.get(0, 0, 0)).toBeGreaterThan(0.5);
    expect(found.get(0, width - 1, 0)).toBeLessThan(0.5);
  });
});
