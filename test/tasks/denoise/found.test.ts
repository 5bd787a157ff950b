import ndarray from 'ndarray';
import { describe, expect, test } from 'vitest';
import { random } from '../../../src/core/random.js';
import type { NamedTensors, Session } from '../../../src/engines/engine.js';
import type { Metadata, Raster } from '../../../src/images/raster.js';
import { modelCard } from '../../../src/onnx/modelFile.js';
import { calmNoise } from '../../../src/tasks/denoise/calmNoise.js';
import { jpegArtefacts } from '../../../src/tasks/denoise/jpegArtefacts.js';
import { denoise } from '../../../src/tasks/denoise/task.js';

const card = modelCard.parse({
  name: 'fake',
  task: 'noise',
  network: 'fake',
  licence: 'none',
  data: [],
  channels: 3,
  stride: 16,
  receptiveRadius: 16,
  parameters: 1,
});

/** An estimator that says the same everywhere, in 8-bit units. */
const saying =
  (luma: number, chroma: number) =>
  async (name: string): Promise<Session> => {
    expect(name).toBe('noise-estimator');
    const run = async ({ image: { dims } }: NamedTensors) => {
      const size = dims[2] * dims[3];
      const data = new Float32Array(2 * size).fill(luma / 255);
      data.fill(chroma / 255, size);
      return { noise: { data, dims: [1, 2, dims[2], dims[3]] } };
    };
    return { model: { card }, run } as unknown as Session;
  };

/** What is found is remembered: no two pictures are the same. */
let pictures = 0;

/** A slope with white noise, in 8-bit units, of `cell` x `cell` pixels alike. */
function noisy(sigma: number, metadata: Partial<Metadata> = {}, cell = 1): Raster {
  const side = 160;
  const noise = random(pictures++, 'found').fillNormal(new Float32Array((side / cell) ** 2 * 3), sigma / 255);
  const data = Float32Array.from({ length: side * side * 3 }, (_, i) => {
    const [y, x] = [Math.floor(i / 3 / side), Math.floor(i / 3) % side];
    const at = (Math.floor(y / cell) * (side / cell) + Math.floor(x / cell)) * 3 + (i % 3);
    return 0.3 + 0.4 * (x / side) + noise[at];
  });
  return { pixels: ndarray(data, [side, side, 3]), metadata: { format: 'npy', bitDepth: 32, ...metadata } };
}

const jpeg = (quality: number): Partial<Metadata> => ({ format: 'jpeg', bitDepth: 8, quality });

async function found(raster: Raster, luma: number, chroma: number) {
  const facts = await denoise.measure(raster, denoise.options.parse({}), card, { open: saying(luma, chroma) });
  return { facts, report: denoise.report(facts), plan: denoise.plan(facts, card, 'balanced') };
}

describe('noise that is found', () => {
  test('is white where the finest patches see what the estimator sees, and theirs is the level', async () => {
    const { facts, report } = await found(noisy(15), 10, 9.6);
    expect(facts.isWhite).toBe(true);
    expect(facts.noise * 255).toBeGreaterThan(14);
    expect(facts.noise * 255).toBeLessThan(16);
    expect(report).toMatchObject({ noiseKind: 'white', luma: 10, chroma: 9.6 });
  });

  test('in a grey picture is what the finest patches see, whatever the estimator would say', async () => {
    const { pixels, metadata } = noisy(10);
    const grey = {
      pixels: ndarray(
        pixels.data.filter((_, i) => i % 3 === 0),
        [160, 160, 1],
      ),
      metadata,
    };
    const facts = await denoise.measure(grey, denoise.options.parse({}), card, { open: saying(40, 0) });
    expect(facts).toMatchObject({ isWhite: true, estimated: true });
    expect(facts.noise * 255).toBeGreaterThan(9);
    expect(facts.noise * 255).toBeLessThan(11);
  });

  test.each<[string, Raster, number, number]>([
    ['patches of pixels see none of it', noisy(12, {}, 4), 8, 7],
    ['it is only in brightness, as the grain of film', noisy(15), 10, 1],
    ['the file is a JPEG', noisy(15, jpeg(95)), 10, 9.6],
  ])('is of a camera where %s', async (_, raster, luma, chroma) => {
    const { facts, report, plan } = await found(raster, luma, chroma);
    expect(facts).toMatchObject({ isWhite: false });
    expect(report).toMatchObject({ noiseKind: 'camera', luma, chroma });
    expect(report.noise).toBeCloseTo(luma / 0.66856, 1);
    expect(plan).toMatchObject({ beside: { shape: [10, 10, 2] } });
  });

  test.each([
    ['of a photo whose calm places are calm, nothing is changed, whatever its texture looks like', 0.2, 3, 1, false],
    ['where they are not, it is noise', 3, 3, 1, true],
    ['where they are not, but the estimator says what it says of clean photos, it is texture', 3, 2.3, 1, false],
    ['where they are not, and what little the estimator says is coloured, it is noise', 3, 1.5, 1.3, true],
    ['what the estimator is sure of is noise', 0.2, 6, 1, true],
  ])('weak: %s', async (_, sigma, luma, chroma, isNoise) => {
    const { plan } = await found(noisy(sigma, jpeg(95)), luma, chroma);
    expect(plan !== undefined).toBe(isNoise);
  });

  test.each([
    ['less colour than a camera leaves: it may be rounding, and most of it is taken out', jpeg(90), 3, 1, 0.7],
    ['as much colour as a camera leaves', jpeg(90), 3, 2.5, 1],
    ['no JPEG', {}, 3, 1, 1],
    ['not weak', jpeg(90), 6, 1, 1],
  ] as const)('weak noise: %s', async (_, metadata, luma, chroma, share) => {
    const { facts } = await found(noisy(3, metadata, 2), luma, chroma);
    expect(facts.noise * 255).toBeCloseTo(luma / 0.66856, 1);
    expect(facts.sigma / facts.noise).toBeCloseTo(share, 6);
  });

  test.each([
    [85, false],
    [95, true],
  ])('weak noise of a photo that is nearly calm, in a JPEG of quality %i', async (quality, isNoise) => {
    const { plan } = await found(noisy(1.2, jpeg(quality)), 3, 1);
    expect(plan !== undefined).toBe(isNoise);
  });

  test('a JPEG of low quality has at least what its tables do', async () => {
    const { report } = await found(noisy(0.2, jpeg(10)), 3, 2);
    expect(report).toMatchObject({ luma: 9.5, chroma: 4.28, jpegQuality: 10 });
  });
});

test.each([
  [10, 9.5],
  [40, 9.5 * 4 ** -0.4],
  [70, 0.5 * 9.5 * 7 ** -0.4],
])('JPEG of quality %i is %f of 255 away, as far as it is seen', (quality, luma) => {
  expect(jpegArtefacts(quality)!.luma * 255).toBeCloseTo(luma, 5);
});

test('from a quality of 80 on nothing is seen', () => {
  expect(jpegArtefacts(80)).toBeUndefined();
});

describe('calm places', () => {
  test('have the noise of means of 2 x 2: half of it', () => {
    const { luma, chroma } = calmNoise(noisy(10));
    // The calmest tenth of means over 16 samples.
    expect(luma * 255).toBeGreaterThan(0.6 * 5 * 0.6686);
    expect(luma * 255).toBeLessThan(5 * 0.6686);
    expect(chroma * 255).toBeGreaterThan(0.6 * 5 * 0.6404);
    expect(chroma * 255).toBeLessThan(5 * 0.6404);
  });

  test('of a slope, of white and of a picture smaller than a block there are no noise', () => {
    expect(calmNoise(noisy(0)).luma).toBeLessThan(1e-6);
    const white = { pixels: ndarray(new Uint8Array(32 * 32).fill(255), [32, 32, 1]) };
    expect(calmNoise(white)).toEqual({ luma: 0, chroma: 0 });
    expect(calmNoise({ pixels: ndarray(new Uint8Array([9]), [1, 1, 1]) })).toEqual({ luma: 0, chroma: 0 });
  });
});
