import ndarray from 'ndarray';
import { describe, expect, test } from 'vitest';
import { random } from '../../src/core/random.js';
import { gaussianFilter } from '../../src/degradations/gaussianFilter.js';
import { readRaster } from '../../src/images/readRaster.js';
import { wholeOf } from '../../src/images/readWindow.js';
import { graphSegmentation } from '../../src/regions/graphSegmentation.js';
import { largestLabel } from '../../src/regions/labels.js';
import { entropy, optimalCover, overRegions, purityCover, regionMeans } from '../../src/regions/purityCover.js';

const grey = (width: number, values: readonly number[]) =>
  ndarray(Float32Array.from(values), [values.length / width, width, 1]);

describe('graph segmentation', () => {
  test('by hand: a step of 0.5 divides, where k / size no longer spans it', () => {
    const steps = grey(4, [0, 0, 0.5, 0.5, 0, 0, 0.5, 0.5]);
    const [apart] = graphSegmentation(steps, [255 * 1.9], { minSize: 1 });
    expect([...apart.data]).toEqual([1, 1, 2, 2, 1, 1, 2, 2]);
    // Halves of four pixels: k / 4 is 0.5.
    const [whole] = graphSegmentation(steps, [255 * 2], { minSize: 1 });
    expect([...whole.data]).toEqual(Array(8).fill(1));
    expect([...graphSegmentation(steps, [1], { minSize: 5 })[0].data]).toEqual(Array(8).fill(1));
  });

  test('larger k: segments of whole smaller ones', () => {
    const dice = random(3);
    const noise = gaussianFilter(
      grey(
        40,
        Array.from({ length: 1600 }, () => dice.uniform()),
      ),
      1.5,
    );
    const levels = graphSegmentation(noise, [1, 5, 20, 80], { minSize: 3 });
    const counts = levels.map(largestLabel);
    expect(counts).toEqual([...counts].sort((a, b) => b - a));
    expect(counts[0]).toBeGreaterThan(counts[3]);
    for (const [level, finer] of levels.slice(0, -1).entries()) {
      const pairs = new Set<string>();
      finer.data.forEach((label, i) => {
        pairs.add(`${label} ${levels[level + 1].data[i]}`);
      });
      expect(pairs.size).toBe(counts[level]);
    }
    const sizes = new Map<number, number>();
    for (const label of levels[0].data) sizes.set(label, (sizes.get(label) ?? 0) + 1);
    expect(Math.min(...sizes.values())).toBeGreaterThanOrEqual(3);
  });

  // skimage.segmentation.felzenszwalb(photo, scale=100, sigma=0.8, min_size=20) of scikit-image 0.26.0
  test.each([
    ['fixtures/photos/dandelion.jpg', 293],
    ['fixtures/photos/dogs.jpg', 676],
    ['fixtures/photos/stream.jpg', 1159],
    ['fixtures/scenes/room.jpg', 559],
    ['fixtures/noisy/dogs.png', 672],
  ] as const)('as many segments as scikit-image finds in %s', async (file, published) => {
    const photo = gaussianFilter(wholeOf(await readRaster(file)), 0.8);
    const count = largestLabel(graphSegmentation(photo, [100], { minSize: 20 })[0]);
    expect(Math.abs(count / published - 1)).toBeLessThan(0.02);
  });
});

describe('covers', () => {
  test('of every tree of 15 segments: as all ways to the root tried one by one', () => {
    const dice = random(1);
    for (let n = 0; n < 200; n++) {
      // The parent of each has a higher number; the last one is the root.
      const parents = Array.from({ length: 15 }, (_, i) => (i === 14 ? 14 : i + 1 + dice.integer(14 - i)));
      const costs = Array.from({ length: 15 }, () => Math.round(dice.uniform(0, 9)));
      const wayOf = (node: number): number[] => (parents[node] === node ? [node] : [node, ...wayOf(parents[node])]);
      const expected = parents.map((_, node) => {
        const least = Math.min(...wayOf(node).map((each) => costs[each]));
        return wayOf(node).find((each) => costs[each] === least)!;
      });
      expect([...optimalCover(parents, costs)]).toEqual(expected);
    }
  });

  test('entropy and means by hand', () => {
    expect(entropy(Float64Array.of(1, 0))).toBeCloseTo(0, 12);
    expect(entropy(Float64Array.of(0.5, 0.5))).toBeCloseTo(Math.log(2), 12);
    const labels = ndarray(Uint32Array.of(1, 1, 2), [1, 3]);
    const likely = ndarray(Float32Array.of(1, 0, 0.5, 0.5, 0, 1), [1, 3, 2]);
    expect([...regionMeans(labels, likely)]).toEqual([0, 0, 0.75, 0.25, 0, 1]);
    expect([...overRegions(labels, likely).data]).toEqual([0.75, 0.25, 0.75, 0.25, 0, 1]);
  });

  test('the purest segment around a pixel answers', () => {
    const fine = ndarray(Uint32Array.of(1, 2, 3, 3), [1, 4]);
    const whole = ndarray(Uint32Array.of(1, 1, 2, 2), [1, 4]);
    const likely = ndarray(Float32Array.of(0.9, 0.1, 0.5, 0.5, 0.2, 0.8, 0.4, 0.6), [1, 4, 2]);
    // The second is purer with the first (.7, .3) than alone; the first alone.
    expect([...purityCover([fine, whole], likely).data]).toEqual(
      [0.9, 0.1, 0.7, 0.3, 0.3, 0.7, 0.3, 0.7].map(Math.fround).map((v) => expect.closeTo(v, 6)),
    );
  });
});
