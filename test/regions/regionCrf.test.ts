import ndarray from 'ndarray';
import { describe, expect, test } from 'vitest';
import { random } from '../../src/core/random.js';
import type { Pixels } from '../../src/images/raster.js';
import { regionMeans } from '../../src/regions/purityCover.js';
import { regionCrf } from '../../src/regions/regionCrf.js';
import { drawn } from './drawing.js';

const CLASSES = 3;

/** Eight regions, some of them of one pixel. */
const regions = drawn('1122', '1322', '4356', '4478');

/** Grey noise, and distributions that do not say much. */
function noise(seed: number): { pixels: Pixels; likely: Pixels } {
  const dice = random(seed);
  const pixels = ndarray(Float32Array.from({ length: 16 }, () => dice.uniform()), [4, 4, 1]); // biome-ignore format: one picture
  const likely = new Float32Array(16 * CLASSES);
  for (let i = 0; i < 16; i++) {
    const shares = Array.from({ length: CLASSES }, () => 0.2 + dice.uniform());
    const sum = shares.reduce((a, b) => a + b);
    likely.set(
      shares.map((share) => share / sum),
      i * CLASSES,
    );
  }
  return { pixels, likely: ndarray(likely, [4, 4, CLASSES]) };
}

/** E of a labelling, written down once more: pair by pair. */
function energyOf(
  classes: readonly number[],
  { pixels, likely }: ReturnType<typeof noise>,
  gamma: number,
  beta: number,
) {
  const means = regionMeans(regions, likely);
  let energy = 0;
  for (let y = 0; y < 4; y++) {
    for (let x = 0; x < 4; x++) {
      const here = regions.get(y, x);
      energy -= Math.log(means[here * CLASSES + classes[here - 1]]);
      for (const [down, right] of [
        [0, 1],
        [1, 0],
      ] as const) {
        // biome-ignore format: two neighbours
        if (y + down > 3 || x + right > 3) continue;
        if (classes[here - 1] === classes[regions.get(y + down, x + right) - 1]) continue;
        const change = Math.abs(pixels.get(y, x, 0) - pixels.get(y + down, x + right, 0));
        energy += gamma * Math.exp(-beta * change);
      }
    }
  }
  return energy;
}

/** The class of each region. */
const classesOf = (beliefs: Pixels) =>
  Array.from({ length: 8 }, (_, region) => {
    const at = regions.data.indexOf(region + 1);
    const own = [...beliefs.data.subarray(at * CLASSES, (at + 1) * CLASSES)];
    return own.indexOf(Math.max(...own));
  });

describe('a CRF on regions', () => {
  test.each([
    [1, 0.5],
    [2, 0.5],
    [3, 0.3],
    [4, 0.3],
  ])('seed %i, gamma %d: close to the best of all labellings, and better than without neighbours', (seed, gamma) => {
    const given = noise(seed);
    const found = regionCrf(regions, given.pixels, given.likely, { gamma, beta: 2 });
    const energies = Array.from({ length: CLASSES ** 8 }, (_, n) =>
      energyOf([...n.toString(CLASSES).padStart(8, '0')].map(Number), given, gamma, 2),
    );
    const energy = energyOf(classesOf(found), given, gamma, 2);
    const alone = energyOf(classesOf(regionCrf(regions, given.pixels, given.likely, { gamma: 0 })), given, gamma, 2);
    const best = energies.reduce((a, b) => Math.min(a, b));
    expect(energy).toBeLessThanOrEqual(alone);
    expect(energy - best).toBeLessThan(0.03 * best);
  });

  test('without neighbours each region keeps its likeliest class; beliefs are in sum 1', () => {
    const given = noise(5);
    const found = regionCrf(regions, given.pixels, given.likely, { gamma: 0 });
    const means = regionMeans(regions, given.likely);
    const likeliest = Array.from({ length: 8 }, (_, region) => {
      const own = [...means.subarray((region + 1) * CLASSES, (region + 2) * CLASSES)];
      return own.indexOf(Math.max(...own));
    });
    expect(classesOf(found)).toEqual(likeliest);
    for (let i = 0; i < 16; i++) {
      expect(found.get(i >> 2, i & 3, 0) + found.get(i >> 2, i & 3, 1) + found.get(i >> 2, i & 3, 2)).toBeCloseTo(1, 5);
    }
  });

  test('an edge in the picture lets neighbours differ', () => {
    const two = drawn('1122');
    const likely = ndarray(Float32Array.from([0.9, 0.1, 0.9, 0.1, 0.4, 0.6, 0.4, 0.6]), [1, 4, 2]);
    const second = (values: number[]) =>
      regionCrf(two, ndarray(Float32Array.from(values), [1, 4, 1]), likely, { gamma: 4, beta: 10 }).get(0, 3, 1);
    expect(second([0.5, 0.5, 0.5, 0.5])).toBeLessThan(0.1);
    expect(second([0, 0, 1, 1])).toBeGreaterThan(0.6);
  });
});
