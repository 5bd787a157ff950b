import path from 'node:path';
import ndarray from 'ndarray';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import type { Raster } from '../../../src/images/raster.js';
import { writeRaster } from '../../../src/images/writeRaster.js';
import { type Geometry, measuredGeometry, readDepth } from '../../../src/tasks/scene/measuredGeometry.js';
import { learntCamera } from '../../../src/tasks/scene/view.js';
import { temporaryFolder } from '../../helpers/temporaryFolder.js';

const [ROWS, COLUMNS] = [64, 96];
const seen = [ROWS, COLUMNS] as const;
const { fy, cy } = learntCamera(seen);
const photo = (height: number, width: number): Raster => ({
  pixels: ndarray(new Uint8Array(height * width * 3), [height, width, 3]),
  metadata: { format: 'png', bitDepth: 8 },
});

/** Metres of the picture as a 16-bit PNG of the size seen. */
async function depthFile(metres: (y: number, x: number) => number, name = 'depth.png'): Promise<string> {
  const file = path.join(await temporaryFolder(), name);
  const pixels = Array.from({ length: ROWS * COLUMNS }, (_, i) => metres(Math.floor(i / COLUMNS), i % COLUMNS));
  const format = path.extname(name).slice(1) as 'png' | 'npy';
  const values = format === 'png' ? Uint16Array.from(pixels, (v) => 1000 * v + 0.5) : Float32Array.from(pixels);
  const bitDepth = format === 'png' ? 16 : 32;
  await writeRaster({ pixels: ndarray(values, [ROWS, COLUMNS, 1]), metadata: { format, bitDepth } }, file);
  return file;
}

const geometryOf = async (file: string, magnification = 1, raster = photo(ROWS, COLUMNS)) =>
  measuredGeometry(await readDepth(file, raster, { file: 'a.jpg' }), { seen, magnification });
const middle = ({ depth, normals }: Geometry, y = ROWS / 2, x = COLUMNS / 2) => [
  depth.get(y, x, 0),
  ...[0, 1, 2].map((c) => normals.get(y, x, c)),
];

/** A plane that falls back by as much as it rises: z = 2 - y, y downwards. */
const ramp = (y: number) => 2 / (1 + (y - cy) / fy);
const half = Math.SQRT1_2;

test.each<[string, (y: number, x: number) => number, number[], number?]>([
  ['a wall faced squarely', () => 2, [Math.log(2), 0, 0, 1]],
  ['a ramp', ramp, [Math.log(ramp(32)), 0, half, half]],
  ['a wall seen twice as large', () => 2, [0, 0, 0, 1], 2],
])('%s', async (_, metres, expected, magnification = 1) => {
  const found = middle(await geometryOf(await depthFile(metres), magnification));
  for (const [i, value] of expected.entries()) expect(found[i]).toBeCloseTo(value, 1);
});

test('what is seen so many times larger is as many times flatter', async () => {
  // Seen at twice the size, z = 2 - y becomes z = 1 - y / 2, and its normal 0, 1, 2.
  const large = (y: number) => 2 / (1 + (y - cy) / fy / 2);
  const [, x, y, z] = middle(await geometryOf(await depthFile(large), 2));
  expect(x).toBeCloseTo(0, 2);
  expect(Math.abs(z / y - 2)).toBeLessThan(0.1);
});

test('a small hole takes what is around it; what is far from anything known is 0', async () => {
  const file = await depthFile((_, x) => ((x > 40 && x < 44) || x > 70 ? 0 : 2));
  const geometry = await geometryOf(file);
  expect(geometry.depth.get(32, 42, 0)).toBeCloseTo(Math.log(2), 5);
  expect(middle(geometry, 32, 90)).toEqual([0, 0, 0, 0]);
});

test('metres as NPY, another size of the same proportions, a folder', async () => {
  const file = await depthFile(() => 3, 'a.npy');
  const geometry = await geometryOf(path.dirname(file), 1, photo(4 * ROWS, 4 * COLUMNS));
  expect(middle(geometry)[0]).toBeCloseTo(Math.log(3), 5);
});

test.each([
  ['E_SIZE', async () => geometryOf(await depthFile(() => 2), 1, photo(COLUMNS, ROWS)), /proportions of the photo, 64 x 96/],
  ['E_READ', async () => geometryOf(path.dirname(await depthFile(() => 2, 'b.png'))), /^a.jpg: no depth map/],
  ['E_FORMAT', () => picture(1), /a picture of 8 bits/],
  ['E_FORMAT', () => picture(3), /a picture of 3 channels/],
] as const)('%s', async (code, run, message) => {
  await expect(run()).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
}); // biome-ignore format: a table

/** A picture of depth in place of depth. */
async function picture(channels: 1 | 3) {
  const file = path.join(await temporaryFolder(), 'picture.png');
  const raw = { width: COLUMNS, height: ROWS, channels };
  await sharp(Buffer.alloc(ROWS * COLUMNS * channels, 9), { raw })
    .toColourspace(channels === 1 ? 'b-w' : 'srgb')
    .png()
    .toFile(file);
  return geometryOf(file);
}
