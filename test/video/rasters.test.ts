import { describe, expect, test } from 'vitest';
import { frameToRaster } from '../../src/video/frameToRaster.js';
import { frameBytes, layoutNamed } from '../../src/video/layout.js';
import { rasterToFrame } from '../../src/video/rasterToFrame.js';
import { format, noise } from './format.js';

/** Frames of one pixel, 4:4:4: what the standards' own tables say of colour bars of 100 %. */
describe('colour bars', () => {
  const bt601 = { matrix: 'bt601', range: 'limited' } as const;
  const bt709 = { matrix: 'bt709', range: 'limited' } as const;
  const full = { matrix: 'bt601', range: 'full' } as const;
  test.each([
    ['white', bt601, [235, 128, 128], [1, 1, 1]],
    ['black', bt601, [16, 128, 128], [0, 0, 0]],
    ['red of BT.601', bt601, [81, 90, 240], [1, 0, 0]],
    ['green of BT.601', bt601, [145, 54, 34], [0, 1, 0]],
    ['blue of BT.601', bt601, [41, 240, 110], [0, 0, 1]],
    ['red of BT.709', bt709, [63, 102, 240], [1, 0, 0]],
    ['green of BT.709', bt709, [173, 42, 26], [0, 1, 0]],
    ['blue of BT.709', bt709, [32, 240, 118], [0, 0, 1]],
    ['red of JPEG', full, [76, 85, 255], [1, 0, 0]],
    ['white of JPEG', full, [255, 128, 128], [1, 1, 1]],
  ])('%s', (_, colour, bytes, rgb) => {
    const video = format({ width: 1, height: 1, layout: layoutNamed('yuv444p'), colour });
    const raster = frameToRaster(Uint8Array.from(bytes), video);
    for (const [i, value] of rgb.entries()) expect(raster.pixels.data[i]).toBeCloseTo(value, 1.9);
    raster.pixels.data.set(rgb);
    expect([...rasterToFrame(raster, video)]).toEqual(bytes);
  });
});

describe('what no task changed comes out as it came, to the byte', () => {
  const deep = (name: string, bytes: Uint8Array) => {
    const { bits } = layoutNamed(name);
    if (bits <= 8) return bytes;
    return new Uint8Array(new Uint16Array(bytes.buffer).map((value) => value >> (16 - bits)).buffer);
  };
  const layouts = ['yuv420p', 'yuv422p', 'yuv411p', 'yuv444p', 'yuv420p10le', 'yuv422p12le', 'yuv444p16le'];
  const others = ['gray', 'gray10le', 'gray16le', 'rgb24', 'rgb48le'];
  test.each(
    [...layouts, ...others].flatMap((name) => [
      [name, 8, 6, 'bt709', 'limited'] as const,
      [name, 7, 5, 'bt2020', 'full'] as const,
      [name, 1, 1, 'bt601', 'limited'] as const,
    ]),
  )('%s, %i x %i, %s, %s', (name, width, height, matrix, range) => {
    const video = format({ width, height, layout: layoutNamed(name), colour: { matrix, range } });
    const bytes = deep(name, noise(frameBytes(video.layout, video)));
    expect(rasterToFrame(frameToRaster(bytes, video), video)).toEqual(bytes);
  });
});

test('whiter than white stays outside 0..1', () => {
  const video = format({ width: 1, height: 1, layout: layoutNamed('gray') });
  expect(frameToRaster(Uint8Array.of(255), video).pixels.data[0]).toBeCloseTo(239 / 219, 6);
  expect(frameToRaster(Uint8Array.of(0), video).pixels.data[0]).toBeCloseTo(-16 / 219, 6);
});

test.each([
  ['RGB into 4:2:0: chroma is the mean of its pixels', 'rgb24', [255, 0, 0, 0, 0, 255], 'yuv420p', [81, 41, 165, 175]],
  ['grey into 4:2:0', 'gray', [16, 235], 'yuv420p', [16, 235, 128, 128]],
  ['grey into RGB', 'gray', [16, 235], 'rgb24', [0, 0, 0, 255, 255, 255]],
  ['RGB into grey', 'rgb24', [255, 255, 255, 0, 0, 0], 'gray', [235, 16]],
  ['out of range is clipped', 'gray', [255, 0], 'rgb24', [255, 255, 255, 0, 0, 0]],
])('%s', (_, from, bytes, into, expected) => {
  const size = { width: 2, height: 1 };
  const raster = frameToRaster(Uint8Array.from(bytes), format({ ...size, layout: layoutNamed(from) }));
  expect([...rasterToFrame(raster, format({ ...size, layout: layoutNamed(into) }))]).toEqual(expected);
});
