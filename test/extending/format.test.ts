import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { extended } from '../helpers/extended.js';
import { writeTinyDenoiser } from '../helpers/tinyDenoiser.js';

/** One file, one line. */
const withFarbfeld = () =>
  extended({
    files: { 'src/images/formats/farbfeld.ts': 'test/extending/farbfeld.ts' },
    lines: { 'src/images/formats/index.ts': "export { farbfeld } from './farbfeld.js';" },
  });

const [WIDTH, HEIGHT] = [24, 16];

/** A grey ramp, half of it transparent. */
function ramp(): Buffer {
  const file = Buffer.alloc(16 + 8 * WIDTH * HEIGHT);
  file.write('farbfeld');
  file.writeUInt32BE(WIDTH, 8);
  file.writeUInt32BE(HEIGHT, 12);
  for (let i = 0; i < WIDTH * HEIGHT; i++) {
    for (let c = 0; c < 4; c++) file.writeUInt16BE(c === 3 ? 0x8000 : 150 * i, 16 + 8 * i + 2 * c);
  }
  return file;
}

test('a format of one file and one line is read, written and named, by the command and by the library', async () => {
  const { folder, perpixel, program } = await withFarbfeld();
  const at = (name: string) => path.join(folder, name);
  await writeFile(at('x.ff'), ramp());
  await writeFile(at('cut.ff'), ramp().subarray(0, 300));
  const options = ['--model', await writeTinyDenoiser(folder), '--sigma', '10', '--quiet'];

  const help = await perpixel('denoise', '--help');
  expect(help.stdout.replaceAll(/\s+/g, ' ')).toMatch(/--format .*"farbfeld"/);

  // As it came: 16 bits, alpha kept; a smooth ramp stays what it is but for rounding.
  expect(await perpixel('denoise', 'x.ff', '-o', 'clean', ...options)).toEqual({ code: 0, stdout: '', stderr: '' });
  const clean = await readFile(at('clean/x.ff'));
  expect(clean.subarray(0, 16)).toEqual(ramp().subarray(0, 16));
  const middle = 16 + 8 * (8 * WIDTH + 12);
  expect(Math.abs(clean.readUInt16BE(middle) - ramp().readUInt16BE(middle))).toBeLessThan(300);
  expect(clean.readUInt16BE(middle + 6)).toBe(0x8000);

  const cut = await perpixel('denoise', 'cut.ff', '-o', 'cut', ...options);
  expect(cut).toMatchObject({ code: 1, stderr: expect.stringMatching(/E_READ .*cut\.ff/) });

  const { code, stdout, stderr } = await program(`
    const raster = await perpixel.readRaster('x.ff');
    await perpixel.writeRaster(raster, 'same.ff');
    await perpixel.writeRaster(raster, 'x.png');
    console.log(raster.metadata.format, (await perpixel.readRaster('x.png')).pixels.shape.join());`);
  expect({ code, stderr, stdout }).toEqual({ code: 0, stderr: '', stdout: 'farbfeld 16,24,3\n' });
  expect(await readFile(at('same.ff'))).toEqual(ramp());
});
