import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { random } from '../../../src/core/random.js';
import { cleanPhotos } from '../../../src/training/datasets/cleanPhotos.js';

/** A folder of PNGs whose red is the column, green the row, and blue the number of the photo. */
async function ramps(...sizes: [width: number, height: number][]) {
  const folder = await mkdtemp(join(tmpdir(), 'photos-'));
  for (const [index, [width, height]] of sizes.entries()) {
    const rgb = Uint8Array.from({ length: width * height * 3 }, (_, i) => {
      const pixel = Math.floor(i / 3);
      return [pixel % width, Math.floor(pixel / width), index][i % 3];
    });
    await sharp(rgb, { raw: { width, height, channels: 3 } })
      .png()
      .toFile(join(folder, `${index}.png`));
  }
  return folder;
}

describe('cleanPhotos', () => {
  test('a crop is a piece of a photo in one of eight positions, all equally likely', async () => {
    const photos = await cleanPhotos(await ramps([40, 30]));
    const seen = new Map<string, number>();
    for (let i = 0; i < 800; i++) {
      const crop = photos.crop(random(1, i), 8);
      expect(crop.shape).toEqual([8, 8, 3]);
      const at = (y: number, x: number) => [0, 1].map((c) => Math.round(crop.get(y, x, c) * 255));
      const [[x0, y0], [xRight, yRight], [xDown, yDown]] = [at(0, 0), at(0, 1), at(1, 0)];
      const [right, down] = [[xRight - x0, yRight - y0] as const, [xDown - x0, yDown - y0] as const];
      expect(at(7, 7)).toEqual([x0 + 7 * (right[0] + down[0]), y0 + 7 * (right[1] + down[1])]);
      const position = `${right} ${down}`;
      seen.set(position, (seen.get(position) ?? 0) + 1);
    }
    expect(seen.size).toBe(8);
    for (const count of seen.values()) expect(Math.abs(count - 100)).toBeLessThan(40);
  });

  test('large photos are drawn as much more often as they are larger', async () => {
    const photos = await cleanPhotos(await ramps([20, 20], [40, 30]));
    let second = 0;
    for (let i = 0; i < 2000; i++) second += photos.crop(random(2, i), 4).get(0, 0, 2) * 255;
    expect(Math.abs(second / 2000 - 0.75)).toBeLessThan(0.03);
  });

  test('grey is 0.299 R + 0.587 G + 0.114 B, not rounded', async () => {
    const folder = await ramps([12, 12]);
    const [grey, colour] = [await cleanPhotos(folder, { channels: 1 }), await cleanPhotos(folder)];
    const [g, c] = [grey.crop(random(3), 5), colour.crop(random(3), 5)];
    expect(g.shape).toEqual([5, 5, 1]);
    expect(g.get(2, 3, 0)).toBeCloseTo(0.299 * c.get(2, 3, 0) + 0.587 * c.get(2, 3, 1) + 0.114 * c.get(2, 3, 2), 7);
  });

  test('the same random numbers give the same crop', async () => {
    const photos = await cleanPhotos(await ramps([40, 30], [30, 50]));
    expect(photos.crop(random(5, 9), 16).data).toEqual(photos.crop(random(5, 9), 16).data);
  });

  test.each([
    ['a folder that is not there', async () => cleanPhotos(join(tmpdir(), 'no-such-photos')), /no such folder/],
    ['an empty folder', async () => cleanPhotos(await mkdtemp(join(tmpdir(), 'empty-'))), /no picture in it/],
    ['an empty list', async () => cleanPhotos([]), /at least one photo/],
    [
      'a damaged photo',
      async () => {
        const folder = await ramps([20, 20]);
        await writeFile(join(folder, 'text.jpg'), 'not a photo');
        return cleanPhotos(folder);
      },
      /text\.jpg: a file that cannot be decoded/,
    ],
    [
      'a photo smaller than the crop',
      async () => (await cleanPhotos(await ramps([40, 30], [40, 10]))).crop(random(1), 16),
      /1\.png: 40 x 10 pixels; expected at least 16 x 16/,
    ],
  ])('%s is an error that names it', async (_, load, message) => {
    const failure = load();
    await expect(failure).rejects.toMatchObject({ code: 'E_DATA' });
    await expect(failure).rejects.toThrow(message);
  });
});
