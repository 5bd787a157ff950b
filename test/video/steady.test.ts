import { describe, expect, test } from 'vitest';
import { boxMean } from '../../src/video/boxMean.js';
import { changedPixels } from '../../src/video/changedPixels.js';
import { createSteadier } from '../../src/video/createSteadier.js';

const width = 48;
const height = 32;
const pixels = width * height;

/** Noise of a normal distribution, the same each time. */
function normal(seed: number) {
  let state = seed;
  const uniform = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state + 1) / 2 ** 32;
  };
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}

/** A gradient, and on it a square of 8 x 8 at x; `[luma, depth]`. */
function scene(x: number | undefined, { light = 0, noise = () => 0 }: { light?: number; noise?: () => number } = {}) {
  const luma = new Float32Array(pixels);
  const depth = new Float32Array(pixels);
  for (let i = 0; i < pixels; i++) {
    const column = i % width;
    const row = Math.floor(i / width);
    const isSquare = x !== undefined && column >= x && column < x + 8 && row >= 12 && row < 20;
    luma[i] = (isSquare ? 0.8 : 0.2 + (0.3 * column) / width) + light + (2 / 255) * noise();
    depth[i] = (isSquare ? 2 : 5 + row / height) + 0.1 * noise();
  }
  return [luma, depth] as const;
}

const meanChange = (a: Float32Array, b: Float32Array) =>
  a.reduce((sum, value, i) => sum + Math.abs(value - b[i]), 0) / a.length;

describe('a fixed camera', () => {
  test('noise of a still scene: a third of the change at most, and the mean is right', () => {
    const noise = normal(1);
    const steady = createSteadier({ width, height });
    let [raw, steadied] = [0, 0];
    let last: [Float32Array, Float32Array] | undefined;
    for (let t = 0; t < 40; t++) {
      const [luma, depth] = scene(undefined, { noise });
      const result = steady(luma, depth);
      if (last && t > 12) {
        raw += meanChange(depth, last[0]);
        steadied += meanChange(result, last[1]);
      }
      last = [depth, result];
    }
    expect(steadied / raw).toBeLessThan(1 / 3);
    expect(meanChange(last![1], scene(undefined)[1])).toBeLessThan(0.05);
  });

  test('a thing that moves leaves no trail, and has its own depth at once', () => {
    const noise = normal(2);
    const steady = createSteadier({ width, height });
    for (let t = 0; t < 20; t++) {
      const x = t < 8 ? undefined : 3 * (t - 8);
      const result = steady(...scene(x, { noise }));
      const truth = scene(x)[1];
      const worst = result.reduce((most, value, i) => Math.max(most, Math.abs(value - truth[i])), 0);
      expect(worst).toBeLessThan(0.6); // Six times the noise; a trail would be 3.
    }
  });

  test('a light that is switched on is not a change of the scene', () => {
    const noise = normal(3);
    const steady = createSteadier({ width, height });
    let before = new Float32Array(pixels);
    for (let t = 0; t < 20; t++) before = steady(...scene(undefined, { noise })) as Float32Array<ArrayBuffer>;
    const [luma, depth] = scene(undefined, { noise, light: 0.2 });
    const after = steady(luma, depth);
    expect(meanChange(after, before)).toBeLessThan(meanChange(depth, before) / 3);
  });

  test('a map that changes where the picture does not is followed within the memory', () => {
    const steady = createSteadier({ width, height, memory: 4 });
    const luma = new Float32Array(pixels);
    for (let t = 0; t < 10; t++) steady(luma, new Float32Array(pixels));
    let result = new Float32Array(pixels);
    for (let t = 0; t < 8; t++) result = steady(luma, new Float32Array(pixels).fill(1)) as Float32Array<ArrayBuffer>;
    expect(result[0]).toBeCloseTo(1 - 0.75 ** 8, 5);
  });
});

test('a cut: everything is new at once', () => {
  const steady = createSteadier({ width, height });
  for (let t = 0; t < 10; t++) steady(...scene(undefined));
  const luma = Float32Array.from({ length: pixels }, (_, i) => ((i * 7919) % 100) / 100);
  const depth = new Float32Array(pixels).fill(9);
  expect(steady(luma, depth)).toEqual(depth);
});

test('maps of several channels are held channel by channel', () => {
  const steady = createSteadier({ width: 1, height: 1, channels: 3 });
  steady(Float32Array.of(0.5), Float32Array.of(0, 1, 2));
  expect([...steady(Float32Array.of(0.5), Float32Array.of(1, 1, 4))]).toEqual([0.5, 1, 3]);
});

describe('changed pixels', () => {
  const size = { width, height };

  test('none in noise alone', () => {
    const noise = normal(4);
    const [a, b] = [scene(undefined, { noise })[0], scene(undefined, { noise })[0]];
    expect(changedPixels(a, b, size).share).toBe(0);
  });

  test('where a thing came, with a margin, and nowhere else', () => {
    const noise = normal(5);
    const { changed } = changedPixels(scene(20, { noise })[0], scene(undefined, { noise })[0], { ...size, margin: 2 });
    const at = (x: number, y: number) => changed[y * width + x];
    expect([at(24, 16), at(20, 12), at(27, 19), at(17, 16)]).toEqual([1, 1, 1, 1]);
    expect([at(5, 16), at(40, 16), at(24, 3), at(24, 29)]).toEqual([0, 0, 0, 0]);
  });
});

test.each([
  ['a point spreads', [0, 0, 9, 0, 0], { width: 5, height: 1, radius: 1 }, [0, 3, 3, 3, 0]],
  ['edges are means of what is there', [6, 0, 0], { width: 3, height: 1, radius: 1 }, [3, 2, 0]],
  ['both ways', [4, 0, 0, 0], { width: 2, height: 2, radius: 1 }, [1, 1, 1, 1]],
  ['wider than the picture', [3, 6], { width: 1, height: 2, radius: 5 }, [4.5, 4.5]],
])('box mean: %s', (_, values, options, expected) => {
  expect([...boxMean(Float32Array.from(values), options)]).toEqual(expected);
});
