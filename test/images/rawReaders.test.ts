import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import ndarray from 'ndarray';
import { expect, test } from 'vitest';
import { random } from '../../src/core/random.js';
import { cameraAtIso } from '../../src/degradations/camera.js';
import { readRaster } from '../../src/images/readRaster.js';
import { writeRaster } from '../../src/images/writeRaster.js';
import { mosaicDng } from '../helpers/mosaicDng.js';
import { temporaryFolder } from '../helpers/temporaryFolder.js';

/** Four fields of colour and a ramp. */
const [HEIGHT, WIDTH] = [96, 128];
function scene() {
  const fields = [
    [0.8, 0.3, 0.2],
    [0.2, 0.6, 0.3],
    [0.3, 0.3, 0.8],
    [0.6, 0.6, 0.6],
  ];
  const photo = ndarray(new Float32Array(HEIGHT * WIDTH * 3), [HEIGHT, WIDTH, 3]);
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) {
      const field = fields[(y < HEIGHT / 2 ? 0 : 2) + (x < WIDTH / 2 ? 0 : 1)];
      for (let c = 0; c < 3; c++) photo.set(y, x, c, field[c] * (0.6 + (0.4 * x) / WIDTH));
    }
  }
  return photo;
}

/** Mean of red, green and blue of each field, as a raw developer of 8 bits shows it, in sRGB with the white balance of the camera. */
function fieldsOf(ppm: Buffer): number[] {
  const [head, width, height] = /^P6\s+(\d+)\s+(\d+)\s+255\s/.exec(ppm.toString('latin1', 0, 64))!;
  const [columns, rows] = [Number(width), Number(height)];
  const sums = new Array<number>(12).fill(0);
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      const field = (y < rows / 2 ? 0 : 2) + (x < columns / 2 ? 0 : 1);
      for (let c = 0; c < 3; c++) sums[3 * field + c] += ppm[head.length + 3 * (y * columns + x) + c];
    }
  }
  return sums.map((sum) => sum / ((rows * columns) / 4));
}

test.each<[string, ...string[]]>([
  ['dcraw', '-c', '-w', '-W'],
  // Demosaiced as here: DHT.
  ['dcraw_emu', '-w', '-W', '-q', '11', '-Z', '-'],
])('%s shows a linear DNG in the colours of the raw file that it was made of, to 1 %%', async (program, ...options) => {
  const develop = (file: string) => execFileSync(program, [...options, file], { maxBuffer: 1e8 });
  const folder = await temporaryFolder();
  const [original, linear] = ['original.dng', 'linear.dng'].map((name) => path.join(folder, name));
  await writeFile(original, mosaicDng(scene(), cameraAtIso(800), { random: random(1) }));
  await writeRaster(await readRaster(original), linear, { format: 'dng' });
  const [before, after] = [original, linear].map((file) => fieldsOf(develop(file)));
  after.forEach((value, i) => {
    // In the dark a part of a step of 8 bits is more than that.
    expect(Math.abs(value - before[i])).toBeLessThan(Math.max(0.01 * before[i], 0.4));
  });
});
