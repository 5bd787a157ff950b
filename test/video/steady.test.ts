import ndarray, { type NdArray } from 'ndarray';
import { lastValueFrom, map, of, toArray } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { describe, expect, test } from 'vitest';
import { boxMean } from '../../src/core/maths/boxMean.js';
import type { Raster } from '../../src/images/raster.js';
import { depth } from '../../src/tasks/depth/task.js';
import { labels } from '../../src/tasks/labels/task.js';
import { normals } from '../../src/tasks/normals/task.js';
import type { AnyTask } from '../../src/tasks/task.js';
import { changedPixels } from '../../src/video/changedPixels.js';
import { createSteadier } from '../../src/video/createSteadier.js';
import { createVoter, type Voter } from '../../src/video/createVoter.js';
import type { FrameWithResult } from '../../src/video/frame.js';
import { steady, steadyFrom } from '../../src/video/steady.js';
import { format } from './format.js';

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

  test('what the whole map is off by in a frame is taken out of things that move, too', () => {
    const noise = normal(6);
    const steady = createSteadier({ width, height, margin: 1 });
    const shown: number[] = [];
    for (let t = 0; t < 40; t++) {
      const x = 2 + (t % 8) * 4;
      const [luma, depth] = scene(t < 12 ? undefined : x, { noise });
      const off = t % 2 === 0 ? 1 : -1;
      const result = steady(
        luma,
        depth.map((value) => value + off),
      );
      if (t >= 24) shown.push(result[12 * width + x + 4]);
    }
    // Of a thing at 2, where the frames by themselves say 1 and 3.
    expect(Math.max(...shown)).toBeLessThan(2.6);
    expect(Math.min(...shown)).toBeGreaterThan(1.4);
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

describe('classes, which have no mean', () => {
  const still = Float32Array.of(0.5);
  const shown = (vote: Voter, said: readonly number[]) => said.map((each) => vote(still, Uint8Array.of(each))[0]);

  test.each([
    ['one frame that says otherwise is not heard', [3, 3, 3, 7, 3, 3], [3, 3, 3, 3, 3, 3]],
    ['until those that do outnumber the others', [3, 3, 7, 7, 7, 7], [3, 3, 3, 7, 7, 7]],
    [
      'a change of mind takes as long as the memory at most',
      [3, 3, 3, 3, 3, 3, 7, 7, 7, 7],
      [3, 3, 3, 3, 3, 3, 3, 3, 7, 7],
    ],
  ])('%s', (_, said, expected) => {
    expect(shown(createVoter({ width: 1, height: 1, memory: 3 }), said)).toEqual(expected);
  });

  test('where the picture changes, what the frame says stands at once', () => {
    const vote = createVoter({ width, height, margin: 0 });
    for (let t = 0; t < 9; t++) vote(scene(undefined)[0], new Uint8Array(pixels).fill(3));
    const result = vote(scene(20)[0], new Uint8Array(pixels).fill(7));
    expect([result[16 * width + 24], result[16 * width + 5]]).toEqual([7, 3]);
  });
});

describe('as an operator', () => {
  const grey = (value: number): Raster['pixels'] => ndarray(new Float32Array(1).fill(value), [1, 1, 1]);
  const frameOf = (index: number, task: AnyTask, value: NdArray, luma = 0.5): FrameWithResult<NdArray> => ({
    result: { task, value, facts: {}, report: {}, notices: [], isUnchanged: false, size: [1, 1] },
    ...{ index, pts: index, format: format({ width: 1, height: 1 }) },
    raster: { pixels: grey(luma), metadata: { format: 'png', bitDepth: 8 } },
  });
  const depthOf = (index: number, metres: number) => frameOf(index, depth, ndarray(Float32Array.of(metres), [1, 1, 1]));
  const shownOf = ({ result }: FrameWithResult) => (result.value as NdArray<Float32Array>).data[0];

  test('each frame goes on at once, with the mean of what was said; every subscription begins anew', () => {
    new TestScheduler((actual, expected) => expect(actual).toEqual(expected)).run(({ cold, expectObservable }) => {
      const [a, b] = [depthOf(0, 2), depthOf(1, 4)];
      const held = cold('a-b-|', { a, b }).pipe(
        steady(),
        map((frame) => `${frame.index}: ${shownOf(frame)}`),
      );
      expectObservable(held).toBe('a-b-|', { a: '0: 2', b: '1: 3' });
      expectObservable(held, '-----^').toBe('-----a-b-|', { a: '0: 2', b: '1: 3' });
    });
  });

  test('the mean of unit vectors is one', async () => {
    const normal = (index: number, ...n: number[]) => frameOf(index, normals, ndarray(Float32Array.from(n), [1, 1, 3]));
    const { result } = await lastValueFrom(of(normal(0, 1, 0, 0), normal(1, 0, 0, 1)).pipe(steady()));
    const { data } = result.value as NdArray<Float32Array>;
    for (const [c, value] of [Math.SQRT1_2, 0, Math.SQRT1_2].entries()) expect(data[c]).toBeCloseTo(value, 6);
  });

  test('classes are voted on', async () => {
    const classes = [3, 3, 7].map((id, index) => frameOf(index, labels, ndarray(Uint8Array.of(id), [1, 1, 1])));
    const { result } = await lastValueFrom(of(...classes).pipe(steady()));
    expect((result.value as NdArray).data).toEqual(Uint8Array.of(3));
  });

  test('a stream that begins later says what the whole one does: nearly, and from the beginning of a segment on exactly', async () => {
    const said = Array.from({ length: 100 }, (_, i) => depthOf(i, i < 5 ? 9 : 2 + (i % 7) / 10));
    const from = async (first: number, segment?: number) => {
      const own = { memory: 6, segment };
      const seen = said.slice(first === 0 ? 0 : steadyFrom(first, own));
      const all = await lastValueFrom(of(...seen).pipe(steady(own), toArray()));
      return all.filter(({ index }) => index >= Math.max(first, 40)).map((frame) => [frame.index, shownOf(frame)]);
    };
    const [whole, late] = [await from(0), await from(98)];
    expect(Math.abs(whole.at(-1)![1] - late.at(-1)![1])).toBeLessThan(0.07);
    for (const segment of [1, 20, 30, 33, 40]) {
      const begins = segment * Math.ceil(50 / segment);
      const expected = (await from(0, segment)).filter(([index]) => index >= begins);
      expect(await from(begins, segment), `${segment}`).toEqual(expected);
      expect(expected.length).toBeGreaterThan(9);
    }
  });
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
