import ndarray from 'ndarray';
import { describe, expect, test } from 'vitest';
import { random } from '../../src/core/random.js';
import { brightnessNoise } from '../../src/degradations/brightnessNoise.js';
import { cameraShake } from '../../src/degradations/cameraShake.js';
import { convolve } from '../../src/degradations/convolve.js';
import { dirt } from '../../src/degradations/dirt.js';
import { drops } from '../../src/degradations/drops.js';
import { gaussianFilter } from '../../src/degradations/gaussianFilter.js';
import { gaussianNoise } from '../../src/degradations/gaussianNoise.js';
import { type HoleKind, holes } from '../../src/degradations/holes.js';
import { boxKernel, diskKernel, gaussianKernel } from '../../src/degradations/kernels.js';
import { rain } from '../../src/degradations/rain.js';
import { drawStrokes } from '../../src/degradations/strokes.js';
import type { Pixels } from '../../src/images/raster.js';

const flat = (value: number, height = 96, width = 128, channels = 3): Pixels =>
  ndarray(new Float32Array(height * width * channels).fill(value), [height, width, channels]);

/** A picture with structure: waves of another period in each channel. */
const waves: Pixels = ndarray(
  Float32Array.from({ length: 96 * 128 * 3 }, (_, i) => {
    const [x, y, c] = [Math.floor(i / 3) % 128, Math.floor(i / 384), i % 3];
    return 0.5 + 0.25 * Math.sin(x / (3 + c)) + 0.25 * Math.cos(y / 5);
  }),
  [96, 128, 3],
);

const mean = (values: Float32Array) => values.reduce((a, b) => a + b, 0) / values.length;
const deviation = (values: Float32Array) => Math.sqrt(mean(values.map((v) => v * v)) - mean(values) ** 2);
const difference = (a: Pixels, b: Pixels) => a.data.map((v, i) => v - b.data[i]);

describe('every degradation', () => {
  test.each<[string, (key: string) => Pixels]>([
    ['gaussianNoise', (key) => gaussianNoise(waves, 0.1, random(1, key))],
    ['brightnessNoise', (key) => brightnessNoise(waves, { gain: 0.01, read: 0.01 }, random(1, key)).noisy],
    ['cameraShake', (key) => convolve(waves, cameraShake(random(1, key), 15))],
    ['holes', (key) => holes(waves, random(1, key)).holed],
    ['rain', (key) => rain(waves, random(1, key))],
    ['drops', (key) => drops(waves, random(1, key)).wet],
    ['dirt', (key) => dirt(waves, random(1, key))],
  ])('%s depends on the random numbers alone and leaves its input as it was', (_, degrade) => {
    const before = waves.data.slice();
    const degraded = degrade('a');
    expect(degraded.data).toEqual(degrade('a').data);
    expect(degraded.data).not.toEqual(degrade('b').data);
    expect(degraded.data.every(Number.isFinite)).toBe(true);
    expect(waves.data).toEqual(before);
  });
});

describe('noise', () => {
  test('has the deviation asked for and is not clipped at black', () => {
    const noisy = gaussianNoise(flat(0), 25 / 255, random(1));
    expect(Math.abs(mean(noisy.data))).toBeLessThan(0.002);
    expect(deviation(noisy.data)).toBeCloseTo(25 / 255, 3);
    expect(noisy.data.some((v) => v < -0.2)).toBe(true);
  });

  test('follows a map of deviations', () => {
    const sigma = flat(0, 96, 128, 1);
    sigma.data.fill(0.2, sigma.size / 2);
    const { data } = gaussianNoise(flat(0.5), sigma, random(2));
    expect(deviation(data.slice(0, data.length / 2))).toBe(0);
    expect(deviation(data.slice(data.length / 2))).toBeCloseTo(0.2, 2);
  });

  test.each([
    [0, 0.02],
    [0.25, Math.sqrt(0.01 * 0.25 + 0.0004)],
    [1, Math.sqrt(0.01 + 0.0004)],
  ])('of a sensor at brightness %d has deviation %d', (brightness, expected) => {
    const { noisy, sigma } = brightnessNoise(flat(brightness), { gain: 0.01, read: 0.02 }, random(3));
    expect(sigma.get(5, 6, 1)).toBeCloseTo(expected, 6);
    expect(deviation(noisy.data) / expected).toBeCloseTo(1, 1);
  });
});

describe('blur', () => {
  test('convolves: an impulse becomes the kernel, as it is and not turned', () => {
    const impulse = flat(0, 5, 5, 1);
    impulse.set(2, 2, 0, 1);
    const kernel = ndarray(new Float32Array([1, 2, 3, 4, 5, 6, 7, 8, 9]), [3, 3]);
    const blurred = convolve(impulse, kernel);
    expect(blurred.shape).toEqual([3, 3, 1]);
    expect([...blurred.data]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  test('keeps only what no border touches, each channel apart', () => {
    const blurred = convolve(waves, boxKernel(3));
    expect(blurred.shape).toEqual([94, 126, 3]);
    let sum = 0;
    for (let y = 40; y < 43; y++) for (let x = 50; x < 53; x++) sum += waves.get(y, x, 2);
    expect(blurred.get(40, 50, 2)).toBeCloseTo(sum / 9, 6);
  });

  const hollow = boxKernel(5);
  hollow.data[12] = 0;
  test.each([
    ['an even square', boxKernel(5)],
    ['a Gaussian', gaussianKernel(1.2)],
    ['a column times a row, of both signs', ndarray(new Float32Array([1, -2, 3, 2, -4, 6]), [2, 3])],
    ['no column times a row', hollow],
    ['a single tap at the rim', ndarray(new Float32Array([0, 0, 0, 0, 1, 0]), [2, 3])],
    ['nothing', ndarray(new Float32Array(6), [2, 3])],
  ])('sums all taps, whatever the kernel: %s', (_, kernel) => {
    const [height, width] = kernel.shape;
    const blurred = convolve(waves, kernel);
    for (const [y, x, c] of [
      [0, 0, 0],
      [40, 50, 1],
      [80, 110, 2],
    ]) {
      let sum = 0;
      for (let ky = 0; ky < height; ky++) {
        for (let kx = 0; kx < width; kx++) {
          sum += kernel.get(ky, kx) * waves.get(y + height - 1 - ky, x + width - 1 - kx, c);
        }
      }
      expect(blurred.get(y, x, c)).toBeCloseTo(sum, 5);
    }
  });

  test('says what a picture smaller than the kernel needs', () => {
    expect(() => convolve(flat(0, 8, 8), boxKernel(41))).toThrow(/8 x 8 pixels; expected at least .* 41 x 41/);
  });

  test.each([
    ['gaussianKernel(1.6)', gaussianKernel(1.6), 11, 1.6],
    ['boxKernel(19)', boxKernel(19), 19, Math.sqrt((19 * 19 - 1) / 12)],
    ['diskKernel(4)', diskKernel(4), 9, 2],
  ])('%s has sum 1, its centre in the middle and the right width', (_, kernel, side, sigma) => {
    expect(kernel.shape).toEqual([side, side]);
    const moment = (f: (x: number, y: number) => number) =>
      kernel.data.reduce((m, w, i) => m + w * f((i % side) - (side - 1) / 2, Math.floor(i / side) - (side - 1) / 2), 0);
    expect(moment(() => 1)).toBeCloseTo(1, 5);
    expect(moment((x) => x)).toBeCloseTo(0, 5);
    expect(moment((_x, y) => y)).toBeCloseTo(0, 5);
    expect(Math.abs(Math.sqrt(moment((x) => x * x)) - sigma)).toBeLessThan(0.06);
  });

  test.each([3, 9, 25, 41])('camera shake of side %d is one connected trace of sum 1 inside the kernel', (side) => {
    for (let n = 0; n < 20; n++) {
      const kernel = cameraShake(random(4, side, n), side);
      expect(mean(kernel.data) * kernel.size).toBeCloseTo(1, 4);
      expect(kernel.data.every((w) => w >= 0)).toBe(true);
      expect(connectedTaps(kernel.data, side)).toBe(kernel.data.filter((w) => w > 0).length);
    }
  });

  test('camera shake reaches as far as it is told', () => {
    const { data } = cameraShake(random(5), 41, 30);
    const taps = [...data.keys()].filter((i) => data[i] > 0);
    const reach = (at: (i: number) => number) => Math.max(...taps.map(at)) - Math.min(...taps.map(at));
    const extent = Math.max(
      reach((i) => i % 41),
      reach((i) => Math.floor(i / 41)),
    );
    expect(extent).toBeGreaterThanOrEqual(29);
    expect(extent).toBeLessThanOrEqual(31);
  });

  test('gaussianFilter is scipy.ndimage.gaussian_filter, borders included', () => {
    const ramp = ndarray(new Float32Array([0, 1, 4, 9, 16, 25]), [1, 6, 1]);
    // gaussian_filter([0., 1, 4, 9, 16, 25], 1.0)
    const expected = [0.57289, 1.93197, 4.99362, 9.94663, 16.25241, 21.30248];
    gaussianFilter(ramp, 1).data.forEach((v, i) => {
      expect(v).toBeCloseTo(expected[i], 4);
    });
  });
});

describe('holes', () => {
  const kinds: HoleKind[] = ['text', 'scratches', 'brush', 'rectangles', 'large'];

  test.each(kinds)('of %s are black, the rest is bit for bit the photo', (kind) => {
    for (let n = 0; n < 30; n++) {
      const { holed, mask } = holes(waves, random(6, kind, n), kind);
      expect(mask.shape).toEqual([96, 128, 1]);
      expect(mask.data.every((v) => v === 0 || v === 1)).toBe(true);
      expect(mean(mask.data)).toBeGreaterThan(0);
      expect(mean(mask.data)).toBeLessThanOrEqual(0.7);
      expect(holed.data.every((v, i) => v === (mask.data[Math.floor(i / 3)] ? 0 : waves.data[i]))).toBe(true);
    }
  });

  test.each([
    ['text', 0.06, 0.3],
    ['scratches', 0.01, 0.12],
    ['brush', 0.08, 0.45],
    ['large', 0.04, 0.1],
  ] as const)('of %s take the share of a photo that they are known by', (kind, least, most) => {
    const shares = Float32Array.from({ length: 40 }, (_, n) => mean(holes(waves, random(7, n), kind).mask.data));
    expect(mean(shares)).toBeGreaterThan(least);
    expect(mean(shares)).toBeLessThan(most);
  });

  test.each<[string, [number, number][], number, string]>([
    [
      'a level line',
      [
        [1, 1],
        [3, 1],
      ],
      1,
      '.....|.###.|.....|.....',
    ],
    [
      'a diagonal without gaps',
      [
        [0, 0],
        [3, 3],
      ],
      1,
      '#....|.#...|..#..|...#.',
    ],
    [
      'a broad line with round ends',
      [
        [2, 1],
        [2, 2],
      ],
      2,
      '..#..|.###.|.###.|..#..',
    ],
    [
      'what comes in from outside',
      [
        [-5, 3],
        [1, 3],
      ],
      1,
      '.....|.....|.....|##...',
    ],
  ])('drawStrokes draws %s', (_, points, width, expected) => {
    const mask = flat(0, 4, 5, 1);
    drawStrokes(mask, points, width);
    const drawn = Array.from({ length: 4 }, (_, y) =>
      [...mask.data.slice(5 * y, 5 * y + 5)].map((v) => '.#'[v]).join(''),
    );
    expect(drawn.join('|')).toBe(expected);
  });
});

describe('rain', () => {
  test.each([
    ['light', 0.01, 0.06],
    ['heavy', 0.1, 0.5],
  ] as const)('%s adds grey light of the right amount, clipped at white', (kind, least, most) => {
    const amounts = Float32Array.from({ length: 30 }, (_, n) => {
      const added = difference(rain(flat(0), random(8, n), kind), flat(0));
      expect(added.every((v, i) => v >= 0 && v <= 1 && v === added[i - (i % 3)])).toBe(true);
      return mean(added);
    });
    expect(Math.min(...amounts)).toBeGreaterThan(0.8 * least);
    expect(Math.max(...amounts)).toBeLessThan(1.2 * most);
    expect(mean(rain(flat(1), random(8), kind).data)).toBe(1);
  });

  test('streaks run downwards: pixels agree with the one below more than with the one beside', () => {
    const streaks = rain(flat(0, 96, 96, 1), random(9), 'heavy');
    let [below, beside] = [0, 0];
    for (let y = 0; y < 90; y++) {
      for (let x = 0; x < 90; x++) {
        below += (streaks.get(y + 2, x, 0) - streaks.get(y, x, 0)) ** 2;
        beside += (streaks.get(y, x + 2, 0) - streaks.get(y, x, 0)) ** 2;
      }
    }
    expect(below).toBeLessThan(0.5 * beside);
  });
});

describe('on the glass', () => {
  test('drops change what they cover, nothing else, and blend by their mask', () => {
    const { wet, mask } = drops(waves, random(10));
    expect(mask.data.every((v) => v >= 0 && v <= 1)).toBe(true);
    const changed = difference(wet, waves);
    expect(changed.every((d, i) => d === 0 || mask.data[Math.floor(i / 3)] > 0)).toBe(true);
    expect(mean(mask.data)).toBeGreaterThan(0.005);
    expect(deviation(changed)).toBeGreaterThan(0.01);
  });

  test('a drop shows the scene upside down', () => {
    // Dark above, bright below: a drop in the middle is bright above.
    const horizon = flat(0, 120, 120, 1);
    horizon.data.fill(1, 60 * 120);
    let upsideDown = 0;
    for (let n = 0; n < 40; n++) {
      const { wet, mask } = drops(horizon, random(11, n));
      for (let x = 0; x < 120; x++) {
        for (const y of [52, 53, 54, 55]) {
          if (mask.get(y, x, 0) > 0.95 && mask.get(2 * 60 - 1 - y, x, 0) > 0.95) {
            upsideDown += Math.sign(wet.get(y, x, 0) - wet.get(119 - y, x, 0));
          }
        }
      }
    }
    expect(upsideDown).toBeGreaterThan(0);
  });

  test('dirt leaves a good deal of the photo as it was and turns the rest dull', () => {
    const shares = Float32Array.from({ length: 10 }, (_, n) => {
      const changed = difference(dirt(flat(1), random(12, n)), flat(1));
      expect(mean(changed)).toBeLessThan(-0.02);
      return changed.filter((d) => Math.abs(d) < 0.02).length / changed.length;
    });
    expect(mean(shares)).toBeGreaterThan(0.1);
    expect(mean(shares)).toBeLessThan(0.9);
  });
});

/** Taps reached from the first that is not zero over its eight neighbours. */
function connectedTaps(taps: Float32Array, side: number): number {
  const todo = [taps.findIndex((w) => w > 0)];
  const reached = new Set(todo);
  for (let at = todo.pop(); at !== undefined; at = todo.pop()) {
    for (const dy of [-1, 0, 1]) {
      for (const dx of [-1, 0, 1]) {
        const x = (at % side) + dx;
        const next = at + dy * side + dx;
        if (x >= 0 && x < side && taps[next] > 0 && !reached.has(next)) {
          reached.add(next);
          todo.push(next);
        }
      }
    }
  }
  return reached.size;
}
