import ndarray from 'ndarray';
import { describe, expect, test } from 'vitest';
import type { Pixels } from '../../src/images/raster.js';
import { type RestorationOptions, restorationScores } from '../../src/metrics/restoration.js';
import { pattern } from '../helpers/pattern.js';

const flat = (value: number, channels = 3) =>
  ndarray(new Float32Array(16 * 16 * channels).fill(value), [16, 16, channels]);

describe('by hand', () => {
  test.each([
    ['a tenth off everywhere', 0.5, 0.6, 20],
    ['a hundredth off everywhere', 0.5, 0.51, 40],
    ['equal', 0.5, 0.5, 120],
    ['clipped to white first', 1, 7, 120],
  ])('psnr: %s', (_, truth, estimate, psnr) => {
    expect(restorationScores(flat(estimate), flat(truth)).psnr).toBeCloseTo(psnr, 3);
  });

  test('luma shrinks differences to 219 / 255', () => {
    const { psnr } = restorationScores(flat(0.6), flat(0.5), { compare: 'luma' });
    expect(psnr).toBeCloseTo(20 - 20 * Math.log10(219 / 255), 3);
  });

  test('grey and colour agree on a grey picture, with one channel or three', () => {
    for (const compare of ['grey', 'luma'] as const) {
      const three = restorationScores(flat(0.6), flat(0.5), { compare });
      const one = restorationScores(flat(0.6, 1), flat(0.5, 1), { compare });
      expect(one.psnr).toBeCloseTo(three.psnr, 3);
    }
  });

  test('ssim of flat pictures is the luminance term alone', () => {
    const expected = (2 * 0.5 * 0.6 + 1e-4) / (0.5 ** 2 + 0.6 ** 2 + 1e-4);
    expect(restorationScores(flat(0.6), flat(0.5)).ssim).toBeCloseTo(expected, 5);
  });
});

const truth = pattern(24, 30, 3, 3);
const estimate = pattern(24, 30, 3, 5);
for (let i = 0; i < estimate.data.length; i++) estimate.data[i] = truth.data[i] + (estimate.data[i] - 0.5) / 4;

/** Moved down by two and left by one, wrapping round. */
const moved = ndarray(new Float32Array(estimate.size), estimate.shape);
for (let y = 0; y < 24; y++) {
  for (let x = 0; x < 30; x++) {
    for (let c = 0; c < 3; c++) moved.set((y + 2) % 24, (x + 29) % 30, c, estimate.get(y, x, c));
  }
}
const stripes = ndarray(new Uint8Array(24 * 30), [24, 30]);
for (let y = 0; y < 24; y++) for (let x = 0; x < 30; x++) stripes.set(y, x, (x + y) % 5 === 0 ? 255 : 0);
const firstChannel = (pixels: Pixels) => pixels.hi(24, 30, 1);

describe('as score.py gave on the same pictures', () => {
  test.each<[string, Pixels, Pixels, RestorationOptions, number, number]>([
    ['colour', estimate, truth, {}, 23.1146, 0.96964],
    ['grey', estimate, truth, { compare: 'grey' }, 29.10218, 0.970371],
    ['luma', estimate, truth, { compare: 'luma' }, 30.4241, 0.970636],
    ['cropped', estimate, truth, { crop: 3 }, 23.03716, 0.970336],
    ['moved', moved, truth, {}, 7.82655, 0.004249],
    ['moved and registered', moved, truth, { shift: 3 }, 23.03716, 0.970336],
    ['one channel', firstChannel(estimate), firstChannel(truth), {}, 23.07655, 0.969762],
  ])('%s', (_, output, clean, options, psnr, ssim) => {
    const scores = restorationScores(output, clean, options);
    expect(scores.psnr).toBeCloseTo(psnr, 3);
    expect(scores.ssim).toBeCloseTo(ssim, 5);
    expect(scores.psnrHole).toBeUndefined();
  });

  test('over a hole', () => {
    expect(restorationScores(estimate, truth, { hole: stripes }).psnrHole).toBeCloseTo(23.24179, 3);
  });
});

test.each<[string, Pixels, Pixels, RestorationOptions]>([
  ['another size', pattern(20, 30, 3, 1), truth, {}],
  ['another number of channels', pattern(24, 30, 1, 1), truth, {}],
  ['smaller than the window', pattern(10, 30, 3, 1), pattern(10, 30, 3, 1), {}],
  ['too small after the crop', estimate, truth, { crop: 7 }],
])('%s is an E_SIZE', (_, output, clean, options) => {
  expect(() => restorationScores(output, clean, options)).toThrow(expect.objectContaining({ code: 'E_SIZE' }));
});
