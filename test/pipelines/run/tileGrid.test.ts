import { describe, expect, test } from 'vitest';
import { tileGrid } from '../../../src/pipelines/run/tileGrid.js';

describe.each([
  { height: 8500, width: 12000, tile: 1024, overlap: 30, stride: 8 },
  { height: 100, width: 100, tile: 64, overlap: 3, stride: 1 },
  { height: 101, width: 67, tile: 40, overlap: 5, stride: 8 },
  { height: 1, width: 1, tile: 64, overlap: 10, stride: 8 },
  { height: 1, width: 300, tile: 48, overlap: 10, stride: 8 },
  { height: 300, width: 1, tile: 48, overlap: 10, stride: 4 },
  { height: 5, width: 30000, tile: 256, overlap: 20, stride: 16 },
  { height: 64, width: 64, tile: 32, overlap: 0, stride: 4 },
])('$height x $width, tile $tile, overlap $overlap, stride $stride', ({ height, width, tile, overlap, stride }) => {
  const rows = tileGrid({ height, width, tile, overlap, stride });
  const tiles = rows.flat();
  const padded = { height: Math.ceil(height / stride) * stride, width: Math.ceil(width / stride) * stride };

  test('the cores cover the picture once', () => {
    expect(tiles.reduce((area, { core }) => area + core.height * core.width, 0)).toBe(height * width);
    for (const row of rows) {
      row.reduce((x, { core }) => {
        expect(core.x).toBe(x);
        return x + core.width;
      }, 0);
    }
    rows.reduce((y, [{ core }]) => {
      expect(core.y).toBe(y);
      return y + core.height;
    }, 0);
  });

  test('windows are of one size, on the stride, no larger than asked', () => {
    const [{ window: first }] = tiles;
    expect(first.height * first.width).toBeLessThanOrEqual(tile ** 2);
    for (const { window } of tiles) {
      expect([window.height, window.width]).toEqual([first.height, first.width]);
      expect([window.y % stride, window.x % stride, window.height % stride, window.width % stride]).toEqual([
        0, 0, 0, 0,
      ]);
      expect(window.y + window.height).toBeLessThanOrEqual(padded.height);
      expect(window.x + window.width).toBeLessThanOrEqual(padded.width);
    }
  });

  test('each core has its context, up to the edge of the picture', () => {
    for (const { window, core } of tiles) {
      expect(core.height).toBeGreaterThan(0);
      expect(core.width).toBeGreaterThan(0);
      expect(window.y).toBeLessThanOrEqual(Math.max(0, core.y - overlap));
      expect(window.x).toBeLessThanOrEqual(Math.max(0, core.x - overlap));
      const bottom = core.y + core.height + overlap;
      const right = core.x + core.width + overlap;
      expect(window.y + window.height).toBeGreaterThanOrEqual(Math.min(bottom, padded.height));
      expect(window.x + window.width).toBeGreaterThanOrEqual(Math.min(right, padded.width));
    }
  });
});

test('overlap wastes little: 100 megapixels cost less than a quarter more', () => {
  const tiles = tileGrid({ height: 8500, width: 12000, tile: 1024, overlap: 48, stride: 8 }).flat();
  const work = tiles.length * tiles[0].window.height * tiles[0].window.width;
  expect(work / (8500 * 12000)).toBeLessThan(1.25);
});

test('a tile smaller than its overlap is told of', () => {
  expect(() => tileGrid({ height: 500, width: 500, tile: 64, overlap: 40, stride: 8 })).toThrow(/at least 88/);
});
