import ndarray from 'ndarray';
import { describe, expect, test } from 'vitest';
import { classColour } from '../../src/answers/classColour.js';
import { colourMaps, depthColour } from '../../src/answers/depthColour.js';
import { depthPicture } from '../../src/answers/pictures/depthPicture.js';
import { labelsPicture } from '../../src/answers/pictures/labelsPicture.js';
import { normalsPicture } from '../../src/answers/pictures/normalsPicture.js';
import type { Raster } from '../../src/images/raster.js';

const [HEIGHT, WIDTH] = [60, 300];

/** A value of one or more channels by column. */
function map(value: (x: number) => readonly number[], width = WIDTH) {
  const values = Array.from({ length: HEIGHT * width }, (_, i) => value(i % width)).flat();
  return ndarray(Float32Array.from(values), [HEIGHT, width, values.length / (HEIGHT * width)]);
}
const at = ({ pixels }: Raster, y: number, x: number) => [0, 1, 2].map((c) => pixels.get(y, x, c));
const inBytes = (colour: readonly number[]) => colour.map((value) => Math.round(value * 255));

/** Whether any pixel of these rows, between two columns, is black, as words are. */
function hasWords({ pixels }: Raster, rows: readonly [number, number], columns: readonly [number, number]): boolean {
  for (let y = rows[0]; y < rows[1]; y++) {
    for (let x = columns[0]; x < columns[1]; x++) if ([0, 1, 2].every((c) => pixels.get(y, x, c) < 90)) return true;
  }
  return false;
}

describe('depth', () => {
  /** From 1 m to 10 m, each column as much farther, relatively, as the next. */
  const picture = () => depthPicture(map((x) => [10 ** (x / (WIDTH - 1))]));

  test('near is red and far is blue, over the range of the photo, by its logarithm', async () => {
    const found = await picture();
    expect(found.pixels.shape).toEqual([expect.any(Number), WIDTH, 3]);
    for (const [x, share] of [[2, 1], [WIDTH / 2, 0.5], [WIDTH - 3, 0]] as const) {
      const expected = inBytes(depthColour(share));
      for (const [c, value] of at(found, 30, x).entries()) expect(Math.abs(value - expected[c])).toBeLessThan(16);
    } // biome-ignore format: a place a line
  });

  test('the bar below has the colour of a depth where its number is', async () => {
    const found = await picture();
    const size = 14;
    // 1 m and 10 m are the ends of the bar, but for the half per cent of pixels that lie outside.
    const place = Math.round(size + (WIDTH - 2 * size) * Math.log10(5));
    const shown = at(found, HEIGHT + size, place);
    const own = at(found, 30, Math.round((WIDTH - 1) * Math.log10(5)));
    for (const [c, value] of shown.entries()) expect(Math.abs(value - own[c])).toBeLessThan(16);
    const numbers = [HEIGHT + 1.9 * size, HEIGHT + 3.2 * size].map(Math.round) as [number, number];
    expect(hasWords(found, numbers, [place - size, place + size])).toBe(true);
    expect(hasWords(found, numbers, [place - 40, place - 30])).toBe(false);
  });

  test.each(colourMaps)('in other colours, %s, and over a range that is asked for', async (colours) => {
    const found = await depthPicture(
      map((x) => [10 ** (x / (WIDTH - 1))]),
      { colours, near: 2, far: 5 },
    );
    for (const [metres, share] of [[1, 1], [2, 1], [Math.sqrt(10), 0.5], [5, 0], [9, 0]] as const) {
      const shown = at(found, 30, Math.round((WIDTH - 1) * Math.log10(metres)));
      const expected = inBytes(depthColour(share, colours));
      for (const [c, value] of shown.entries()) expect(Math.abs(value - expected[c])).toBeLessThan(12);
    } // biome-ignore format: a place a line
  });

  test('one end may be asked for that lies beyond the photo', async () => {
    const beyond = await depthPicture(
      map(() => [2]),
      { near: 20 },
    );
    expect(at(beyond, 30, 30)).toEqual(inBytes(depthColour(1)));
  });

  test('what is flat has one colour', async () => {
    const found = await depthPicture(map(() => [2]));
    for (const [c, value] of at(found, 30, 150).entries()) {
      expect(Math.abs(value - inBytes(depthColour(0.5))[c])).toBeLessThan(4);
    }
  });
});

describe('normals', () => {
  test('as normal maps have them, and the ball faces as its colours say', async () => {
    const found = await normalsPicture(map((x) => (x < 150 ? [0, 0, 1] : [0.6, 0.8, 0])));
    expect([at(found, 9, 10), at(found, 9, 200)]).toEqual([
      [128, 128, 255],
      [204, 230, 128],
    ]);
    const height = found.pixels.shape[0] - HEIGHT;
    const middle = [HEIGHT + Math.floor(height / 2), WIDTH / 2] as const;
    for (const [c, value] of at(found, ...middle).entries())
      expect(Math.abs(value - [128, 128, 255][c])).toBeLessThan(8);
    // 20 pixels to the right, and 20 up.
    expect(at(found, middle[0], middle[1] + 20)[0]).toBeGreaterThan(190);
    expect(at(found, middle[0] - 20, middle[1])[1]).toBeGreaterThan(190);
  });
});

describe('labels', () => {
  const names = ['void', 'wall', 'floor', 'cabinet'];
  const classes = (widths: readonly number[], width = WIDTH) => {
    const line = widths.flatMap((count, index) => Array<number>(count).fill(index));
    return ndarray(
      Uint8Array.from({ length: HEIGHT * width }, (_, i) => line[i % width]),
      [HEIGHT, width, 1],
    );
  };

  test('colours of classes, and a legend of those that are there, the largest first', async () => {
    const found = await labelsPicture(classes([0, 100, 0, 200]), names);
    expect([at(found, 9, 9), at(found, 9, 150)]).toEqual([1, 3].map((index) => inBytes(classColour(index))));
    const size = 14;
    const row = HEIGHT + Math.round(1.5 * size);
    expect(at(found, row, Math.round(1.5 * size))).toEqual(inBytes(classColour(3)));
    const legend: number[][] = Array.from({ length: WIDTH }, (_, x) => at(found, row, x));
    const has = (index: number) => legend.some((colour) => `${colour}` === `${inBytes(classColour(index))}`);
    expect([has(1), has(2), has(3)]).toEqual([true, false, true]);
  });

  test('a narrow photo has room for words, on white', async () => {
    const found = await labelsPicture(classes([0, 4, 4, 0], 8), names);
    expect(found.pixels.shape[1]).toBe(240);
    expect(at(found, 9, 20)).toEqual([255, 255, 255]);
  });
});
