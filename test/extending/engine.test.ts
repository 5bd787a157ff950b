import { readFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { extended } from '../helpers/extended.js';

/** One file, one line. */
const withEcho = () =>
  extended({
    files: { 'src/engines/echo/descriptor.ts': 'test/extending/echoEngine.ts' },
    lines: { 'src/engines/index.ts': "export { echo } from './echo/descriptor.js';" },
  });

const photo = 'fixtures/photos/dogs.jpg';
const pixels = (image: string | Buffer) => sharp(image).raw().toBuffer();

describe('an engine of one file and one line', () => {
  test('is there for the command', async () => {
    const { folder, perpixel } = await withEcho();
    const help = await perpixel('denoise', '--help');
    expect(help.stdout.replaceAll(/\s+/g, ' ')).toMatch(/echo: an echo.*\[choices: "echo", "onnx", "tensorflow"\]/);

    const ran = await perpixel('derain', photo, '-o', 'out', '--format', 'png', '--engine', 'echo', '--quiet');
    expect(ran).toEqual({ code: 0, stdout: '', stderr: '' });
    const same = await Promise.all([path.join(folder, 'out/dogs.png'), photo].map(pixels));
    expect(same[0].equals(same[1])).toBe(true);

    const wrong = await perpixel('denoise', photo, '-o', 'gpu', '--engine', 'echo', '--device', 'gpu');
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toContain('E_ENGINE echo: device gpu; expected cpu.');
  });

  test('is there for the library and for the doctor', async () => {
    const { folder, program, perpixel } = await withEcho();
    const { code, stderr } = await program(`
      import { writeFileSync } from 'node:fs';
      const derain = perpixel.pipeline('derain', { engine: 'echo' });
      writeFileSync('here.png', await derain(${JSON.stringify(photo)}, { encoding: { format: 'png' } }));`);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(await readFile(path.join(folder, 'here.png')).then(pixels)).toEqual(await pixels(photo));
    expect((await perpixel('doctor')).stdout).toContain('yes  echo on the CPU: answers\n');
  });
});
