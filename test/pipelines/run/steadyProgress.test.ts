import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { steadyProgress } from '../../../src/pipelines/run/steadyProgress.js';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('tells at least every half second, never falls, and ends at the last step', () => {
  const told: { at: number; share: number }[] = [];
  const began = performance.now();
  const progress = steadyProgress((share) => told.push({ at: performance.now() - began, share }));
  vi.advanceTimersByTime(1100); // Measuring, before anything is known.
  progress.step(1, 4);
  vi.advanceTimersByTime(3000); // A slow tile.
  progress.step(2, 4);
  progress.step(4, 4);
  progress[Symbol.dispose]();
  vi.advanceTimersByTime(5000);
  const times = [0, ...told.map(({ at }) => at)];
  expect(Math.max(...times.slice(1).map((at, i) => at - times[i]))).toBeLessThanOrEqual(500);
  const shares = told.map(({ share }) => share);
  expect(shares).toEqual(shares.toSorted((a, b) => a - b));
  expect(shares.at(-1)).toBe(1);
  expect(new Set(shares.filter((share) => share > 0.25 && share < 0.5)).size).toBeGreaterThan(4);
  expect(told.at(-1)!.at).toBeLessThan(4200);
});

test('what the listener throws in between comes out at the next step', () => {
  const progress = steadyProgress((share) => {
    if (share === 0) throw new Error('its own');
  });
  vi.advanceTimersByTime(2000);
  expect(() => progress.step(1, 2)).toThrow('its own');
});
