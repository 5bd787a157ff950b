import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { encodeRaster } from '../../src/images/encodeRaster.js';
import { exifBlob, picture, XMP } from '../helpers/pictures.js';
import { temporaryFolder } from '../helpers/temporaryFolder.js';

/** Samples of a binary PGM or PPM, and what it says of them. */
function netpbm(bytes: Buffer) {
  const [head, kind, width, height, white] = /^P([56])\s+(\d+)\s+(\d+)\s+(\d+)\s/.exec(
    bytes.toString('latin1', 0, 64),
  )!;
  const rest = bytes.subarray(head.length);
  const samples =
    white === '255' ? [...rest] : Array.from({ length: rest.length / 2 }, (_, i) => rest.readUInt16BE(2 * i));
  return { channels: kind === '6' ? 3 : 1, width: Number(width), height: Number(height), samples };
}

test.each([
  [8, 3],
  [8, 1],
  [16, 3],
  [16, 1],
] as const)('djxl reads the samples of a lossless JPEG XL of ours: %i bits, %i channels', async (bitDepth, channels) => {
  const folder = await temporaryFolder();
  const at = (name: string) => path.join(folder, name);
  const raster = picture('jxl', { bitDepth, channels, exif: exifBlob(), xmp: XMP });
  await writeFile(at('x.jxl'), await encodeRaster(raster, { lossless: true }));
  const output = at(channels === 3 ? 'x.ppm' : 'x.pgm');
  execFileSync('djxl', [at('x.jxl'), output, '--bits_per_sample', `${bitDepth}`], { stdio: 'ignore' });
  expect(netpbm(await readFile(output))).toEqual({ channels, width: 5, height: 7, samples: [...raster.pixels.data] });
  const tags = execFileSync('exiftool', ['-s', '-Make', '-Model', '-XMP:Rating', at('x.jxl')]).toString();
  expect(tags).toMatch(/Make\s+: ACME\nModel\s+: Model 1\nRating\s+: 4/);
});
