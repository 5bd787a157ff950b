import { describe, expect, test } from 'vitest';
import { random } from '../../src/core/random.js';
import { Calibration, type Cubic, cubicAt } from '../../src/metrics/calibration.js';

test('a cubic, by hand', () => {
  expect(cubicAt([0, 1 / 3, 2 / 3, 1], 0.3)).toBeCloseTo(0.3, 12);
  expect(cubicAt([0, 0, 0, 1], 0.5)).toBe(0.125);
  expect([0, 1].map((p) => cubicAt([0.1, 0.2, 0.7, 0.9], p))).toEqual([0.1, 0.9]);
});

describe('calibration', () => {
  const said = Float32Array.from({ length: 501 }, (_, i) => i / 500);

  test.each([[[0, 1 / 3, 2 / 3, 1]], [[0, 0.1, 0.2, 1]], [[0.05, 0.05, 0.9, 0.95]], [[0.2, 0.2, 0.2, 0.2]]] as [
    Cubic,
  ][])('finds %j from shares that follow it', (cubic) => {
    const calibration = new Calibration();
    // Of 1000 pixels each, as many as it says are true.
    for (const p of said) {
      const truths = Array.from({ length: 1000 }, (_, i) => (i < Math.round(1000 * cubicAt(cubic, p)) ? 1 : 0));
      calibration.add(Array(1000).fill(p), truths);
    }
    const found = calibration.cubic;
    for (const p of said) expect(cubicAt(found, p)).toBeCloseTo(cubicAt(cubic, p), 2);
  });

  test('never falls and stays within 0..1, even where truth falls', () => {
    const calibration = new Calibration();
    calibration.add(
      said,
      said.map((p) => (p < 0.5 ? 1 : 0)),
    );
    const { cubic } = calibration;
    for (let i = 0; i < 3; i++) expect(cubic[i + 1]).toBeGreaterThanOrEqual(cubic[i]);
    expect(cubic[0]).toBeCloseTo(0.5, 2);
    expect(cubic[3]).toBeCloseTo(0.5, 2);
  });

  test('what was learnt from as many of each class becomes the true share', () => {
    const [calibration, dice] = [new Calibration(), random(1)];
    // One in five is true; said is the chance if both were as many.
    const [all, truths] = [new Float32Array(40_000), new Uint8Array(40_000)];
    for (let i = 0; i < all.length; i++) {
      truths[i] = dice.chance(0.2) ? 1 : 0;
      const seen = truths[i] + 0.5 * dice.normal();
      all[i] = 1 / (1 + Math.exp(-(2 * seen - 1) / (2 * 0.25)));
    }
    calibration.add(all, truths);
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    const [share, { cubic }] = [mean([...truths]), calibration];
    expect(mean([...all])).toBeGreaterThan(share + 0.05);
    expect(mean([...all].map((p) => cubicAt(cubic, p)))).toBeCloseTo(share, 3);
    const square = (of: (p: number) => number) => mean([...all].map((p, i) => (of(p) - truths[i]) ** 2));
    expect(square((p) => cubicAt(cubic, p))).toBeLessThan(0.9 * square((p) => p));
  });

  test('nothing added changes nothing; other lengths are refused', () => {
    expect(new Calibration().cubic).toEqual([0, 1 / 3, 2 / 3, 1]);
    expect(() => new Calibration().add([0.5], [])).toThrow('1 probabilities for 0 truths');
  });
});
