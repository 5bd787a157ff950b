import { describe, expect, test } from 'vitest';
import { agreement } from '../../../../src/tasks/denoise/temporal/agreement.js';
import { createTemporalMean, type SeenFrame } from '../../../../src/tasks/denoise/temporal/createTemporalMean.js';
import { fetch } from '../../../../src/tasks/denoise/temporal/fetch.js';
import { doubled, type Flow, opticalFlow } from '../../../../src/tasks/denoise/temporal/opticalFlow.js';
import { brightnessOf, halved, type Plane } from '../../../../src/tasks/denoise/temporal/plane.js';
import { distance, noisy, otherWaves, picture, type Scene, SIZE, waves } from './scenes.js';

const NOISE = 20 / 255;

describe('planes', () => {
  test('are halved by means, and an odd side rounds up', () => {
    const plane: Plane = { data: Float32Array.of(0, 2, 4, 2, 4, 6, 8, 8, 1), width: 3, height: 3, channels: 1 };
    expect(halved(plane)).toEqual({ data: Float32Array.of(2, 5, 8, 1), width: 2, height: 2, channels: 1 });
  });

  test('of several channels have one brightness', () => {
    const plane: Plane = { data: Float32Array.of(0, 3, 6, 1, 1, 1), width: 2, height: 1, channels: 3 };
    expect(brightnessOf(plane).data).toEqual(Float32Array.of(3, 1));
  });
});

describe('optical flow', () => {
  test.each([
    ['nothing', 0, 0],
    ['a part of a pixel', 0.3, -0.6],
    ['some pixels', 3.25, 2],
    ['many pixels', -5.5, 4],
  ])('of a picture that was moved by %s', (_, right, down) => {
    const flow = opticalFlow(
      picture(waves),
      picture((x, y) => waves(x - right, y - down)),
    );
    expect(
      distance(
        flow.right,
        flow.right.map(() => right),
        SIZE,
        14,
      ),
    ).toBeLessThan(0.1);
    expect(
      distance(
        flow.down,
        flow.down.map(() => down),
        SIZE,
        14,
      ),
    ).toBeLessThan(0.1);
  });

  test('of parts that move apart, where each is', () => {
    const flow = opticalFlow(
      picture((x, y) => waves(x, y)),
      picture((x, y) => (y < 36 ? waves(x - 2, y) : waves(x + 3, y))),
    );
    expect(flow.right[18 * SIZE.width + 48]).toBeCloseTo(2, 0);
    expect(flow.right[54 * SIZE.width + 48]).toBeCloseTo(-3, 0);
  });

  test.each([
    ['nothing but noise', () => 0.5],
    ['a change of light', (x: number, y: number) => waves(x, y)],
  ])('of %s is none', (_, scene) => {
    const brighter = picture((x, y) => scene(x, y) + 0.1);
    const flow = opticalFlow(noisy(picture(scene), 0.004, 1), noisy(brighter, 0.004, 2), { noise: 2 / 255 });
    expect(Math.max(...flow.right.map(Math.abs), ...flow.down.map(Math.abs))).toBeLessThan(0.5);
  });

  test('of pictures of a few pixels', () => {
    const tiny = picture(waves, { width: 5, height: 3 });
    expect(opticalFlow(tiny, tiny).right).toEqual(new Float32Array(15));
  });

  test('of half the size is doubled', () => {
    const half: Flow = {
      right: new Float32Array(6).fill(1.5),
      down: new Float32Array(6).fill(-1),
      width: 3,
      height: 2,
    };
    const whole = doubled(half, 5, 4);
    expect(whole.right).toEqual(new Float32Array(20).fill(3));
    expect(whole.down).toEqual(new Float32Array(20).fill(-2));
  });
});

const uniform = (right: number, down: number): Flow => ({
  right: new Float32Array(SIZE.width * SIZE.height).fill(right),
  down: new Float32Array(SIZE.width * SIZE.height).fill(down),
  ...SIZE,
});

describe('fetching', () => {
  test('whole pixels copies them bit for bit, and leaves all of the noise', () => {
    const plane = noisy(picture(waves), NOISE, 1);
    const into = new Float32Array(plane.data.length);
    const { left, whole } = fetch(plane, uniform(2, -1), into);
    const at = 30 * SIZE.width + 40;
    expect(into[at]).toBe(plane.data[29 * SIZE.width + 42]);
    expect([left[at], whole[at]]).toEqual([1, 1]);
    expect(left[30 * SIZE.width + SIZE.width - 1]).toBe(0); // From outside.
  });

  test('from between pixels gives a smooth scene, and says how much of the noise is left', () => {
    const into = new Float32Array(SIZE.width * SIZE.height);
    fetch(picture(waves), uniform(0.5, 0.25), into);
    expect(distance(into, picture((x, y) => waves(x + 0.5, y + 0.25)).data)).toBeLessThan(0.001);
    const flat = picture(() => 0);
    const { left } = fetch(noisy(flat, 1, 3), uniform(0.5, 0.25), into);
    const variance = distance(into, flat.data) ** 2;
    expect(variance / left[30 * SIZE.width + 40]).toBeCloseTo(1, 1);
  });
});

test('pictures agree where they differ by noise, and not where they differ by more', () => {
  const a = picture(waves);
  const b = noisy(a, NOISE / 12, 1).data.map((value, i) => (i % SIZE.width < 48 ? value : value + 0.8 * NOISE));
  const agrees = agreement(a, b, NOISE);
  expect(agrees[36 * SIZE.width + 20]).toBeGreaterThan(0.9);
  expect(agrees[36 * SIZE.width + 76]).toBeLessThan(0.05);
});

describe('the mean over time', () => {
  /** Guides are what a denoiser would give: the scene, a little off. */
  const seen = (scene: Scene, seed: number): SeenFrame => {
    const clean = picture(scene);
    const guide = noisy(halved(clean), NOISE / 15, 1000 + seed);
    return { noisy: noisy(clean, NOISE, seed), guide, brightness: guide };
  };
  const over = (scenes: readonly Scene[], after = 2) => {
    const average = createTemporalMean(20);
    const all = scenes.map(seen);
    return all.map((frame, i) => average(frame, all.slice(i + 1, i + 1 + after), NOISE));
  };
  const times = (count: number, scene: (t: number) => Scene) => Array.from({ length: count }, (_, t) => scene(t));
  const meanOf = (values: Float32Array) => values.reduce((sum, value) => sum + value, 0) / values.length;

  test('of what stands still loses noise as a mean does, and says how much is left', () => {
    const means = over(times(12, () => waves));
    const { values, left } = means[9];
    const off = distance(values, picture(waves).data);
    expect(off).toBeLessThan(NOISE / Math.sqrt(8));
    expect(off / (NOISE * meanOf(left))).toBeCloseTo(1, 0);
  });

  test('of a camera that moves follows it', () => {
    const path = (t: number) => (x: number, y: number) => waves(x + 1.3 * t, y - 0.7 * t);
    const { values } = over(times(10, path))[7];
    expect(distance(values, picture(path(7)).data, SIZE, 12)).toBeLessThan(NOISE / 2);
  });

  test('does not reach over a cut, on either side', () => {
    const means = over(times(12, (t) => (t < 6 ? waves : otherWaves)));
    for (const [t, scene] of [
      [5, waves],
      [6, otherWaves],
    ] as const) {
      // What the frame has of noise, and no more.
      expect(distance(means[t].values, picture(scene).data)).toBeLessThan(NOISE);
      const alone = over(times(6, () => scene))[t === 5 ? 5 : 0];
      expect(distance(means[t].values, picture(scene).data)).toBeLessThan(
        1.3 * distance(alone.values, picture(scene).data),
      );
    }
  });

  test('of a thing that passes leaves no trail, and is no ghost before it comes', () => {
    const thing = (t: number) => (x: number, y: number) =>
      Math.abs(x - 6 * t - 10) < 8 && Math.abs(y - 36) < 8 ? 0.95 : waves(x, y);
    const means = over(times(12, thing));
    for (const t of [4, 8]) {
      const clean = picture(thing(t)).data;
      const isNear = (i: number) => Math.abs(Math.floor(i / SIZE.width) - 36) < 12;
      expect(distance(means[t].values, clean, SIZE, 8, isNear)).toBeLessThan(NOISE);
    }
  });

  test('is the same whether the first frames were seen or not, after so many', () => {
    const all = times(30, () => waves).map(seen);
    const [long, short] = [0, 10].map((from) => {
      const average = createTemporalMean(5);
      return all
        .slice(from)
        .map((frame) => average(frame, [], NOISE))
        .at(-1)!.values;
    });
    expect(distance(long, short)).toBeLessThan(0.5 / 255);
  });

  test('begins with the first frame as it is', () => {
    const [first] = [seen(waves, 1)];
    expect(createTemporalMean(20)(first, [], NOISE).values).toEqual(first.noisy.data);
  });
});
