import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import ndarray from 'ndarray';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { PageFile } from '../../src/images/formats/tiff/pageFile.js';
import type { Samples2d } from '../../src/images/formats/tiff/stripPicture.js';
import { openTiffPages } from '../../src/images/formats/tiff/tiffPages.js';
import { temporaryFolder } from '../helpers/temporaryFolder.js';

const grey = (height: number, width: number, data: Samples2d['data']): Samples2d => ndarray(data, [height, width, 1]);
const ramp = (length: number, step: number) => Uint16Array.from({ length }, (_, i) => i * step);

async function stackOf(...pages: Samples2d[]): Promise<string> {
  const file = path.join(await temporaryFolder(), 'stack.tif');
  const stack = await PageFile.create(file);
  for (const page of pages) await stack.add(page);
  await stack.close();
  return file;
}

const three = () =>
  stackOf(grey(2, 3, ramp(6, 9)), grey(700, 900, ramp(630_000, 1)), grey(1, 2, Uint8Array.of(7, 255)));

describe('a TIFF of pages', () => {
  test('of any sizes and depths is read as it was written, in any order', async () => {
    const pages = (await openTiffPages(await three()))!;
    expect({ count: pages.count, pixels: pages.pixels }).toEqual({ count: 3, pixels: 6 + 630_000 + 2 });
    const [last, middle, first] = [await pages.read(2), await pages.read(1), await pages.read(0)];
    await pages.close();
    expect([first, middle, last].map(({ pixels: { shape } }) => shape)).toEqual([[2, 3, 1], [700, 900, 1], [1, 2, 1]]); // biome-ignore format: sizes
    expect(first.pixels.data).toEqual(ramp(6, 9));
    expect(Buffer.from(middle.pixels.data.buffer).equals(Buffer.from(ramp(630_000, 1).buffer))).toBe(true);
    expect(last.pixels.data).toEqual(Uint8Array.of(7, 255));
    expect(last.metadata).toMatchObject({ bitDepth: 8, format: 'tiff' });
  });

  test('is read by another reader', async () => {
    const file = await three();
    expect(await sharp(file).metadata()).toMatchObject({ format: 'tiff', pages: 3, depth: 'ushort' });
    const page = sharp(file, { page: 1 }).toColourspace('grey16').raw({ depth: 'ushort' });
    expect((await page.toBuffer()).equals(Buffer.from(ramp(630_000, 1).buffer))).toBe(true);
  });

  test('of another writer, of bits and colours that libvips decodes', async () => {
    const folder = await temporaryFolder();
    const file = path.join(folder, 'rolled.tif');
    const raw = { width: 8, height: 12, channels: 3, pageHeight: 4 } as const;
    const bytes = Buffer.from(Array.from({ length: 8 * 12 * 3 }, (_, i) => i % 251));
    await sharp(bytes, { raw }).tiff({ compression: 'lzw' }).toFile(file);
    const pages = (await openTiffPages(file))!;
    const second = await pages.read(1);
    await pages.close();
    expect(pages.count).toBe(3);
    expect(Buffer.from(second.pixels.data as Uint8Array)).toEqual(bytes.subarray(96, 192));
  });

  test.each(['one page', 'no TIFF'])('%s is none', async (kind) => {
    const file = await stackOf(grey(1, 1, Uint8Array.of(1)));
    if (kind === 'no TIFF') await writeFile(file, 'II, and so on');
    expect(await openTiffPages(file)).toBeUndefined();
  });
});

describe('what is told before the first page is read', () => {
  test.each([1, 0.6, 0.4])('a file that was cut off: less than %f of it', async (share) => {
    const file = await three();
    const bytes = await readFile(file);
    await writeFile(file, bytes.subarray(0, Math.floor(bytes.length * share) - 9));
    await expect(openTiffPages(file)).rejects.toMatchObject({ code: 'E_READ', subject: file });
  });

  test('a page that is too large', async () => {
    await expect(openTiffPages(await three(), { limitPixels: 1000 })).rejects.toMatchObject({
      code: 'E_SIZE',
      received: 'page 2, 900 x 700 pixels',
    });
  });

  test('a page of a kind that is not handled', async () => {
    await expect(
      openTiffPages(await stackOf(grey(1, 1, Uint8Array.of(1)), grey(1, 1, Uint32Array.of(1)))),
    ).rejects.toThrow(/stack\.tif: page 2, a TIFF of 32-bit integers/);
  });

  test('pictures without pages, as ImageJ writes stacks of more than 4 GiB', async () => {
    const file = await stackOf(grey(1, 1, Uint8Array.of(1)), grey(1, 1, Uint8Array.of(1)));
    const bytes = await readFile(file);
    // The first page's photometric interpretation (black is 0 without it too) becomes a description.
    const at = bytes.indexOf(Buffer.from([0x06, 0x01, 3, 0]));
    const text = Buffer.from('ImageJ=1.54\nimages=40\nslices=40\0');
    Buffer.from([0x0e, 0x01, 2, 0, text.length, 0, 0, 0]).copy(bytes, at);
    bytes.writeUInt32LE(bytes.length, at + 8);
    await writeFile(file, Buffer.concat([bytes, text]));
    await expect(openTiffPages(file)).rejects.toMatchObject({
      code: 'E_READ',
      received: 'a stack of 40 pictures of which 2 have a page',
    });
  });
});

test("a page whose samples are damaged is no other page's fault", async () => {
  const file = await three();
  const bytes = await readFile(file);
  bytes.fill(0xff, 10, 16);
  await writeFile(file, bytes);
  const pages = (await openTiffPages(file))!;
  await expect(pages.read(0)).rejects.toMatchObject({ code: 'E_READ' });
  expect((await pages.read(2)).pixels.data).toEqual(Uint8Array.of(7, 255));
  await pages.close();
});
