import { describe, expect, test } from 'vitest';
import { random } from '../../src/core/random.js';

/** Mean of f over the values. */
const mean = (values: ArrayLike<number>, f: (v: number) => number) => {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += f(values[i]);
  return sum / values.length;
};

describe('random(seed, ...keys)', () => {
  test('draws the same numbers for the same keys, in every run', () => {
    const draws = () => {
      const r = random(7, 'batch', 1200);
      return [r.uniform(), r.integer(1000), r.normal(), r.pick('abc'), r.shuffle([1, 2, 3, 4])];
    };
    expect(draws()).toEqual(draws());
    expect(random(7, 'batch', 1200).integer(2 ** 31)).toMatchInlineSnapshot(`120637736`);
  });

  test.each([
    ['another seed', random(8, 'batch', 1200)],
    ['another step', random(7, 'batch', 1201)],
    ['another name', random(7, 'crop', 1200)],
    ['keys of another grouping', random(7, 'batch1', 200)],
  ])('draws other numbers for %s', (_, other) => {
    expect(other.uniform()).not.toBe(random(7, 'batch', 1200).uniform());
  });

  test('neighbouring steps are uncorrelated', () => {
    const first = Float64Array.from({ length: 20_000 }, (_, step) => random(1, step).uniform(-1, 1));
    expect(Math.abs(mean(first, (v) => v))).toBeLessThan(0.015);
    let product = 0;
    for (let i = 1; i < first.length; i++) product += first[i] * first[i - 1];
    expect(Math.abs(product / first.length)).toBeLessThan(0.01);
  });
});

describe('distributions', () => {
  const r = random(3, 'distributions');
  const normals = r.fillNormal(new Float32Array(1_000_000), 2);
  const single = Float32Array.from({ length: 400_000 }, () => 2 * r.normal());

  test.each([
    ['mean', (v: number) => v / 2, 0, 0.005],
    ['variance', (v: number) => (v / 2) ** 2, 1, 0.01],
    ['skewness', (v: number) => (v / 2) ** 3, 0, 0.03],
    ['fourth moment', (v: number) => (v / 2) ** 4, 3, 0.08],
    ['P(|x| < 0.5)', (v: number) => +(Math.abs(v / 2) < 0.5), 0.382925, 0.002],
    ['P(|x| < 2)', (v: number) => +(Math.abs(v / 2) < 2), 0.9545, 0.001],
    ['P(|x| > 3.5), in the tail', (v: number) => +(Math.abs(v / 2) > 3.5), 4.653e-4, 8e-5],
  ])('normals have the right %s', (_, f, expected, tolerance) => {
    expect(Math.abs(mean(normals, f) - expected)).toBeLessThan(tolerance);
    expect(Math.abs(mean(single, f) - expected)).toBeLessThan(2 * tolerance);
  });

  test('integer(n) takes every value equally often, n excluded', () => {
    const counts = new Array(6).fill(0);
    for (let i = 0; i < 60_000; i++) counts[r.integer(6)]++;
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(400);
  });

  test('shuffle keeps the items and moves them', () => {
    const items = Array.from({ length: 50 }, (_, i) => i);
    const shuffled = r.shuffle(items);
    expect(shuffled).not.toEqual(items);
    expect(shuffled.toSorted((a, b) => a - b)).toEqual(items);
  });
});
