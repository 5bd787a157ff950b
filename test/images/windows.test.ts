import ndarray from 'ndarray';
import { describe, expect, test } from 'vitest';
import { allocateRaster } from '../../src/images/allocateRaster.js';
import { convertSamples } from '../../src/images/convertSamples.js';
import { padReflect } from '../../src/images/padReflect.js';
import { readWindow } from '../../src/images/readWindow.js';
import { writeWindow } from '../../src/images/writeWindow.js';
import { picture } from '../helpers/pictures.js';

describe('readWindow', () => {
  test.each([
    [8, Uint8Array.of(0, 51, 102, 255), [0, 0.2, 0.4, 1]],
    [16, Uint16Array.of(0, 13_107, 26_214, 65_535), [0, 0.2, 0.4, 1]],
    [32, Float32Array.of(-1, 0.2, 0.4, 7), [-1, 0.2, 0.4, 7]],
  ])('%d bits to 0..1', (_, data, expected) => {
    const { data: window } = readWindow({ pixels: ndarray(data, [2, 2, 1]) }, { y: 0, x: 0, height: 2, width: 2 });
    expect([...window]).toEqual(expected.map(Math.fround));
  });

  test('takes the rectangle, all channels', () => {
    const { pixels } = picture('png', { height: 6, width: 5 });
    const window = readWindow({ pixels }, { y: 2, x: 1, height: 3, width: 4 });
    expect(window.shape).toEqual([3, 4, 3]);
    expect(window.get(2, 3, 1)).toBeCloseTo(pixels.get(4, 4, 1) / 255, 6);
  });

  test('of a turned view', () => {
    const { pixels } = picture('png', { height: 4, width: 3 });
    const window = readWindow({ pixels: pixels.transpose(1, 0, 2) }, { y: 1, x: 2, height: 2, width: 2 });
    expect(window.get(1, 0, 2)).toBeCloseTo(pixels.get(2, 2, 2) / 255, 6);
  });
});

describe('writeWindow', () => {
  test.each([
    [8, [0, 51, 128, 255]],
    [16, [0, 13_107, 32_768, 65_535]],
    [32, [-0.1, 0.2, 0.5, 1.1].map(Math.fround)],
  ] as const)('rounds and clips at %d bits', (bitDepth, expected) => {
    const raster = allocateRaster(4, 4, 1, { format: 'tiff', bitDepth });
    writeWindow(raster, { y: 1, x: 2 }, ndarray(Float32Array.of(-0.1, 0.2, 0.5, 1.1), [2, 2, 1]));
    const { pixels } = raster;
    expect([pixels.get(1, 2, 0), pixels.get(1, 3, 0), pixels.get(2, 2, 0), pixels.get(2, 3, 0)]).toEqual(expected);
    expect(pixels.get(0, 0, 0) + pixels.get(1, 1, 0) + pixels.get(3, 3, 0)).toBe(0);
  });

  test.each([8, 16, 32] as const)('every value of %d bits comes back from 0..1', (bitDepth) => {
    const count = bitDepth === 8 ? 256 : 65_536;
    const raster = allocateRaster(256, count / 256, 1, { format: 'tiff', bitDepth });
    for (let i = 0; i < count; i++) raster.pixels.data[i] = bitDepth === 32 ? Math.sin(i) * 3 : i;
    const before = raster.pixels.data.slice();
    writeWindow(raster, { y: 0, x: 0 }, readWindow(raster, { y: 0, x: 0, height: 256, width: count / 256 }));
    expect(Buffer.compare(Buffer.from(before.buffer), Buffer.from(raster.pixels.data.buffer as ArrayBuffer))).toBe(0);
  });
});

describe('padReflect', () => {
  const row = (values: number[]) => ndarray(Float32Array.from(values), [1, values.length, 1]);

  test.each([
    ['the edge is not doubled', [1, 2, 3], { left: 2, right: 2 }, [3, 2, 1, 2, 3, 2, 1]],
    ['to and fro where the margin is wider', [1, 2], { left: 3, right: 2 }, [2, 1, 2, 1, 2, 1, 2]],
    ['a single pixel', [5], { left: 2, right: 3 }, [5, 5, 5, 5, 5, 5]],
    ['nothing asked', [1, 2], {}, [1, 2]],
  ])('%s', (_, values, margins, expected) => {
    expect([...padReflect(row(values), margins).data]).toEqual(expected);
  });

  test('rows and channels', () => {
    const padded = padReflect(ndarray(Float32Array.of(1, 2, 3, 4), [2, 1, 2]), { top: 1, bottom: 2 });
    expect(padded.shape).toEqual([5, 1, 2]);
    expect([...padded.data]).toEqual([3, 4, 1, 2, 3, 4, 1, 2, 3, 4]);
  });
});

test.each([
  ['16 to 8, rounded', Uint16Array.of(0, 128, 129, 32_767, 65_535), 8, [0, 0, 1, 127, 255]],
  ['8 to 16', Uint8Array.of(0, 1, 255), 16, [0, 257, 65_535]],
  ['float to 8, clipped', Float32Array.of(-1, 0.5, 2, Number.NaN), 8, [0, 128, 255, 0]],
  ['float to 16', Float32Array.of(0, 0.5, 1), 16, [0, 32_768, 65_535]],
  ['8 to float', Uint8Array.of(0, 51, 255), 32, [0, Math.fround(0.2), 1]],
] as const)('convertSamples: %s', (_, values, bitDepth, expected) => {
  expect([...convertSamples(values, bitDepth)]).toEqual(expected);
});
