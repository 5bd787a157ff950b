import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { beforeEach, describe, expect, test } from 'vitest';
import { hook } from '../helpers/blurredScene.js';
import { noisyPhoto } from '../helpers/noisyPhoto.js';
import { perpixel } from '../helpers/perpixel.js';
import { temporaryFolder } from '../helpers/temporaryFolder.js';
import { writeTinyDenoiser } from '../helpers/tinyDenoiser.js';
import { writeKernel } from '../helpers/writeKernel.js';

let home: string;
let photos: string;
let kernel: string;
let options: string[];

beforeEach(async () => {
  home = await temporaryFolder();
  photos = path.join(home, 'photos');
  kernel = path.join(home, 'blur.npy');
  await mkdir(photos);
  await noisyPhoto({ width: 40, height: 33 }).toColourspace('rgb16').toFile(path.join(photos, 'a.png'));
  await writeKernel(hook, kernel);
  options = ['-o', path.join(home, 'out'), '--model', await writeTinyDenoiser(home), '--json'];
});

async function filesOf(args: string[]) {
  const { code, stdout } = await perpixel(args);
  const events = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  return { code, files: events.filter(({ event }) => event === 'file') };
}

describe('perpixel deblur', () => {
  test('takes a model for denoising, and 16 bits stay 16 bits', async () => {
    const { code, files } = await filesOf(['deblur', photos, '--kernel', kernel, ...options]);
    expect({ code, report: files[0].report }).toMatchObject({
      code: 0,
      report: { kernelSize: '7 x 7', kernelEstimated: false, noiseEstimated: true },
    });
    expect(await sharp(files[0].output).metadata()).toMatchObject({ width: 40, height: 33, depth: 'ushort' });
  });

  test('keeps the kernel that it estimated, which is then one that can be given', async () => {
    const kept = path.join(home, 'kernels');
    const first = await filesOf(['deblur', photos, '--kernel-size', '5', '--save-kernel', kept, ...options]);
    expect(first).toMatchObject({ code: 0, files: [{ report: { kernelSize: '5 x 5', kernelEstimated: true } }] });
    for (const name of ['a.kernel.npy', 'a.kernel.png', '']) {
      const again = await filesOf(['deblur', photos, '--kernel', path.join(kept, name), '--overwrite', ...options]);
      expect(again).toMatchObject({ code: 0, files: [{ report: { kernelSize: '5 x 5', kernelEstimated: false } }] });
    }
  });

  test.each([
    ['a file into a file', (home: string) => [path.join(home, 'photos/a.png'), '-o', path.join(home, 'one.png')], 'a'],
    ['a pipe', (home: string) => ['-', '-o', path.join(home, 'piped.png')], 'photo'],
  ])('%s keeps the kernel too', async (_, named, stem) => {
    const kept = path.join(home, 'kept');
    const args = ['deblur', ...named(home), '--kernel-size', '5', '--save-kernel', kept, '--model', options[3]];
    const stdin = await readFile(path.join(photos, 'a.png'));
    expect(await perpixel(args, { stdin })).toMatchObject({ code: 0 });
    expect((await readdir(kept)).sort()).toEqual([`${stem}.kernel.npy`, `${stem}.kernel.png`]);
  });

  test('a photo whose kernel could not be written is not done, so that the same command does both', async () => {
    const kept = path.join(home, 'kernels');
    await writeFile(kept, 'in the way');
    const args = ['deblur', photos, '--kernel-size', '5', '--save-kernel', kept, ...options];
    expect((await filesOf(args)).code).not.toBe(0);
    await rm(kept);
    expect(await filesOf(args)).toMatchObject({ code: 0, files: [{ status: 'done' }] });
    expect((await readdir(kept)).sort()).toEqual(['a.kernel.npy', 'a.kernel.png']);
  });

  test('a kernel that is not there is told of before any photo is read', async () => {
    const { code, stderr } = await perpixel(['deblur', photos, '--kernel', path.join(home, 'none.npy'), ...options]);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringMatching(/--kernel: .*none.npy; .*none of that name/),
    });
  });

  test('kernels of a folder belong to the photos of their names', async () => {
    const kernels = path.join(home, 'kernels');
    await writeKernel(hook, path.join(kernels, 'a.npy'));
    const { code, files } = await filesOf(['deblur', photos, '--kernel', kernels, ...options]);
    expect({ code, files }).toMatchObject({ code: 0, files: [{ report: { kernelSize: '7 x 7' } }] });
  });

  test.each([
    ['--kernel-size', '30', /--kernel-size: 30; expected an odd number/],
    ['--kernel-size', '99', /--kernel-size: 99; expected at most 65/],
    ['--sigma', '80', /--sigma: 80; expected at most 75/],
  ])('%s %s is refused', async (name, value, message) => {
    expect(await perpixel(['deblur', photos, name, value, ...options])).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(message),
    });
  });
});

test('eval deblur blurs clean photos, and says how sharp they become again', async () => {
  const model = options[options.indexOf('--model') + 1];
  const args = ['eval', 'deblur', photos, '--kernel', kernel, '--sigma', '2.55', '--json', '--model', model];
  const known = await perpixel(args);
  expect(known.code).toBe(0);
  const scores = JSON.parse(known.stdout);
  expect(scores).toMatchObject({ task: 'deblur', kernel: 'blur', sigma: 2.55, images: 1 });
  for (const name of ['blurredPsnr', 'psnr', 'ssim']) expect(scores[name]).toBeGreaterThan(0);
  const blind = JSON.parse((await perpixel([...args, '--blind', '5', '--grey'])).stdout);
  expect(blind.psnr).not.toBe(scores.psnr);
});
