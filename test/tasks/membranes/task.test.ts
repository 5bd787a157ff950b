import ndarray from 'ndarray';
import { describe, expect, test } from 'vitest';
import type { Membranes } from '../../../src/answers/membranes.js';
import { parseOptions } from '../../../src/core/parseOptions.js';
import type { Session } from '../../../src/engines/engine.js';
import { models } from '../../../src/engines/models.js';
import type { Raster, Samples } from '../../../src/images/raster.js';
import { type Cubic, cubicAt } from '../../../src/metrics/calibration.js';
import { CellScores } from '../../../src/metrics/cells.js';
import { type PredictPhotoOptions, predictPhoto } from '../../../src/pipelines/run/predictPhoto.js';
import { cellsOf } from '../../../src/tasks/membranes/cellsOf.js';
import { cellRows, csvHead, csvLines } from '../../../src/tasks/membranes/cellTable.js';
import { sliceLevels } from '../../../src/tasks/membranes/sliceLevels.js';
import { type MembranesOptions, membranes } from '../../../src/tasks/membranes/task.js';
import { syntheticSlice } from '../../helpers/syntheticSlice.js';
import { drawn, rowsOf } from '../../regions/drawing.js';

const SIDE = 200;
const slice = syntheticSlice(SIDE, SIDE);

const rasterOf = (samples: Samples, channels = 1): Raster => ({
  pixels: ndarray(samples, [SIDE, SIDE, channels]),
  metadata: { format: 'png', bitDepth: samples instanceof Uint16Array ? 16 : 8 },
});

async function found(raster: Raster, options: Partial<MembranesOptions> = {}, how: PredictPhotoOptions = {}) {
  const asked = { task: membranes, options: parseOptions(membranes.options, options) };
  const [{ value, report, notices }] = await predictPhoto(raster, [asked], how);
  return { ...(value as Membranes), report, notices };
}

describe('a drawn slice, by what is shipped', () => {
  test('cells are found, and the slice stays as it is', async () => {
    const raster = rasterOf(slice.image.data.slice());
    const { probability, cells, report, notices } = await found(raster, { cells: true });
    expect(raster.pixels.data).toEqual(slice.image.data);
    expect(notices).toEqual([]);
    expect(report).toEqual({ cells: Math.max(...cells!.data) });
    const scores = new CellScores({ thresholds: [0.5] });
    scores.add(ndarray(probability.data, [SIDE, SIDE]), slice.truth);
    expect(scores.figures.vRand).toBeGreaterThan(0.97);
    expect(Math.abs(Math.max(...cells!.data) - slice.cells)).toBeLessThan(6);
  });

  test('whatever its range, bits, or channels, and inverted where that is said', async () => {
    const plain = await found(rasterOf(slice.image.data.slice()));
    const others: [Raster, Partial<MembranesOptions>][] = [
      // 12 bits in a file of 16: a picture that looks black.
      [rasterOf(Uint16Array.from(slice.image.data, (v) => 300 + 10 * v)), {}],
      [rasterOf(Uint8Array.from(slice.image.data, (v) => 255 - v)), { invert: true }],
      [
        rasterOf(
          Uint8Array.from({ length: 3 * SIDE * SIDE }, (_, i) => slice.image.data[Math.floor(i / 3)]),
          3,
        ),
        {},
      ],
    ];
    for (const [raster, options] of others) {
      const { probability, notices } = await found(raster, options);
      expect(notices).toEqual([]);
      expect(largestDifference(probability.data, plain.probability.data)).toBeLessThan(1e-3);
    }
  });

  test('tiles give what the whole gives, and the same ids each time', async () => {
    const { image } = syntheticSlice(480, 416);
    const raster = () => ({
      pixels: ndarray(
        Uint16Array.from(image.data, (value) => 900 + 40 * value),
        image.shape,
      ),
      metadata: { format: 'png', bitDepth: 16 } as const,
    });
    const ask = (tile: number) => found(raster(), { cells: true }, { tile });
    const [whole, tiled, again] = [await ask(480), await ask(352), await ask(352)];
    expect(largestDifference(whole.probability.data, tiled.probability.data)).toBeLessThan(1e-4);
    expect(again.cells!.data).toEqual(tiled.cells!.data);
  });
});

const largestDifference = (a: Float32Array, b: Float32Array) =>
  a.reduce((most, v, i) => Math.max(most, Math.abs(v - b[i])), 0);

test('a card with a calibration: probabilities are those of its cubic', async () => {
  const calibration: Cubic = [0, 0, 0.25, 0.5];
  const shipped = await models.open('membranes');
  const session: Session = {
    ...shipped,
    model: { ...shipped.model, card: { ...shipped.model.card, calibration: [...calibration] } },
    run: (inputs, how) => shipped.run(inputs, how),
    dispose: async () => {},
  };
  const plain = await found(rasterOf(slice.image.data.slice()));
  const { probability } = await found(rasterOf(slice.image.data.slice()), {}, { open: async () => session });
  const expected = plain.probability.data.map((p) => cubicAt(calibration, p));
  expect(largestDifference(probability.data, expected)).toBeLessThan(1e-6);
  expect(Math.max(...expected)).toBeGreaterThan(0.45);
});

describe('what is no slice', () => {
  test('colours are refused', async () => {
    const colours = Uint8Array.from({ length: 3 * SIDE * SIDE }, (_, i) => (i % 3 === 0 ? 200 : 90));
    await expect(found(rasterOf(colours, 3))).rejects.toMatchObject({
      code: 'E_FORMAT',
      received: 'a picture in colours',
    });
  });

  test('one grey all over has no cells, and is told of', async () => {
    const { probability, cells, notices } = await found(rasterOf(new Uint8Array(SIDE * SIDE).fill(7)), { cells: true });
    expect(notices).toEqual(['an empty slice, of one grey: no cells']);
    expect(Math.max(...probability.data, ...cells!.data)).toBe(0);
  });

  test.each([
    [{}, true, ': --invert turns them around'],
    [{ invert: true }, false, ' with --invert: leave it out'],
  ])('bright membranes are told of: %o', async (options, isTurned, end) => {
    const samples = slice.image.data.map((v) => (isTurned ? 255 - v : v));
    const { notices } = await found(rasterOf(samples), options);
    expect(notices).toEqual([`membranes look bright, and cells dark${end}`]);
  });
});

test('levels: by hand', () => {
  const { mean, deviation, lines } = sliceLevels({ pixels: ndarray(Uint8Array.of(0, 255, 255, 0), [2, 2, 1]) });
  expect([mean, deviation, lines]).toEqual([0.5, 0.5, 0]);
  const line = Float32Array.from({ length: 60 * 60 }, (_, i) => (i % 20 === 10 ? 0 : 0.5));
  const { lines: dark } = sliceLevels({ pixels: ndarray(line, [60, 60, 1]) });
  const { lines: bright } = sliceLevels({
    pixels: ndarray(
      line.map((v) => 0.5 - v),
      [60, 60, 1],
    ),
  });
  expect(dark).toBeLessThan(-0.5);
  expect(bright).toBeCloseTo(-dark, 5);
});

test('cells: small ones are given to those around, and lines are one pixel', () => {
  const probability = ndarray(
    Float32Array.from('99900990', (v) => Number(v) / 10),
    [1, 8, 1],
  );
  expect(rowsOf(cellsOf(probability, { threshold: 0.5, minSize: 1 }))).toEqual(['1111.222']);
  expect(rowsOf(cellsOf(probability, { threshold: 0.5, minSize: 3 }))).toEqual(['11111111']);
  expect(rowsOf(cellsOf(probability, { threshold: 0.95, minSize: 1 }))).toEqual(['........']);
});

test('the table, by hand', () => {
  const pixels = ndarray(Uint8Array.of(10, 20, 0, 30, 40, 7, 0, 0, 8), [3, 3, 1]);
  const rows = cellRows(drawn('11.', '11.', '..2'), { pixels });
  expect(rows).toEqual([
    { cell: 1, area: 4, x: 0.5, y: 0.5, left: 0, top: 0, width: 2, height: 2, perimeter: 8, meanGrey: 25 },
    { cell: 2, area: 1, x: 2, y: 2, left: 2, top: 2, width: 1, height: 1, perimeter: 4, meanGrey: 8 },
  ]);
  expect(csvHead('slice') + csvLines(rows, 3)).toBe(
    'slice,cell,area,x,y,left,top,width,height,perimeter,meanGrey\n3,1,4,0.5,0.5,0,0,2,2,8,25\n3,2,1,2,2,2,2,1,1,4,8\n',
  );
});
