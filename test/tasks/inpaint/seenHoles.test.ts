import ndarray from 'ndarray';
import { expect, test } from 'vitest';
import type { Samples } from '../../../src/images/raster.js';
import { colouredHoles, transparentHoles, whiteHoles } from '../../../src/tasks/inpaint/seenHoles.js';
import { drawn } from './maskOf.js';

const pixels = (data: Samples, channels: 1 | 3) => ndarray(data, [1, data.length / channels, channels]);
const row = (data: Samples) => ndarray(data, [1, data.length]);

test.each([
  ['8 bits grey', pixels(Uint8Array.of(0, 127, 128, 255), 1), '..##'],
  ['16 bits grey', pixels(Uint16Array.of(0, 32_767, 32_768, 65_535), 1), '..##'],
  ['floats, NaN is none', pixels(Float32Array.of(0.49, 0.51, 7, Number.NaN), 1), '.##.'],
  ['zeros and ones', pixels(Uint8Array.of(0, 1, 1, 0), 1), '.##.'],
  ['nothing but zeros', pixels(Uint8Array.of(0, 0), 1), '..'],
  ['colours, by brightness', pixels(Uint8Array.of(255, 0, 0, 0, 255, 0, 255, 255, 255), 3), '.##'],
])('white is a hole: %s', (_, mask, expected) => {
  expect(drawn(whiteHoles({ pixels: mask }))).toEqual([expected]);
});

test('white that is transparent is none', () => {
  const mask = { pixels: pixels(Uint8Array.of(255, 255, 255, 0), 1), alpha: row(Uint8Array.of(0, 127, 255, 255)) };
  expect(drawn(whiteHoles(mask))).toEqual(['..#.']);
});

test.each([
  ['8 bits', row(Uint8Array.of(0, 127, 128, 255)), '##..'],
  ['16 bits', row(Uint16Array.of(0, 32_767, 32_768, 65_535)), '##..'],
])('what is less than half opaque is a hole: %s', (_, alpha, expected) => {
  expect(drawn(transparentHoles(alpha))).toEqual([expected]);
});

test.each<[string, Samples, 1 | 3, string, number, string]>([
  ['exactly', Uint8Array.of(255, 0, 255, 254, 0, 255, 255, 0, 254), 3, '#ff00ff', 0, '#..'],
  ['within a tolerance', Uint8Array.of(255, 0, 255, 253, 2, 255, 252, 0, 255), 3, '#FF00ff', 2, '##.'],
  [
    'of 16 bits',
    Uint16Array.of(0x8080, 0x4040, 0xc0c0, 0x80f0, 0x4040, 0xc0c0, 0x8120, 0x4040, 0xc0c0),
    3,
    '#8040c0',
    0,
    '##.',
  ],
  ['of floats', Float32Array.of(1, 0, 1, 0.999, 0, 1, 0.99, 0, 1), 3, '#ff00ff', 0, '##.'],
  ['of a grey photo', Uint8Array.of(128, 127), 1, '#808080', 0, '#.'],
  ['a colour that no grey photo has', Uint8Array.of(255, 0), 1, '#ff00ff', 0, '..'],
])('a colour is a hole: %s', (_, data, channels, colour, tolerance, expected) => {
  expect(drawn(colouredHoles({ pixels: pixels(data, channels) }, colour, tolerance))).toEqual([expected]);
});
