import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { noisyPhoto } from '../helpers/noisyPhoto.js';
import { perpixel } from '../helpers/perpixel.js';
import { temporaryFolder } from '../helpers/temporaryFolder.js';
import { writeTinyDenoiser } from '../helpers/tinyDenoiser.js';

let home: string;
let model: string[];
const at = (name: string) => path.join(home, name);

beforeEach(async () => {
  home = await temporaryFolder();
  model = ['--model', await writeTinyDenoiser(home)];
  await mkdir(at('photos'));
  for (const name of ['a.png', 'b.jpg']) await noisyPhoto().toFile(path.join(at('photos'), name));
  await writeFile(at('diary.html'), '<!doctype html><title>Dear diary</title>');
});

test.each<[string, string[], string, string]>([
  [
    'the page over a photo that is read',
    ['denoise', 'photos', '-o', 'out', '--report', 'photos/b.jpg'],
    'photos/b.jpg',
    'E_OPTION',
  ],
  [
    'the page over another file',
    ['denoise', 'photos', '-o', 'out', '--report', 'diary.html'],
    'diary.html',
    'E_OPTION',
  ],
  [
    'a kernel over the photo',
    ['deblur', 'photos/a.png', '-o', 'out', '--save-kernel', 'photos/a.png', '--kernel-size', '5', '--overwrite'],
    'photos/a.png',
    'E_WRITE',
  ],
  [
    'a result over the photo',
    ['denoise', 'photos/a.png', '-o', 'photos/a.png', '--overwrite'],
    'photos/a.png',
    'E_OPTION',
  ],
  [
    'a result over a file among the photos',
    ['denoise', 'photos', '-o', 'photos', '--format', 'jpeg', '--overwrite'],
    'photos/b.jpg',
    'E_WRITE',
  ],
])('%s is refused, and the file stays', async (_, [task, ...args], file, code) => {
  const before = await readFile(at(file));
  const paths = args.map((arg) => (/^(photos|out|diary)/.test(arg) ? at(arg) : arg));
  const { code: exit, stderr } = await perpixel([task, ...paths, ...model]);
  expect(exit).toBeGreaterThan(0);
  expect(stderr).toMatch(code === 'E_OPTION' ? /^perpixel: --(report|output): / : new RegExp(code));
  expect(await readFile(at(file))).toEqual(before);
  if (code === 'E_OPTION') expect(await readdir(home)).not.toContain('out');
});

test.each(['page.html', 'photos/page.html'])('a page of ours is made anew, among the photos too: %s', async (page) => {
  const args = ['denoise', at('photos'), '-o', at('out'), '--report', at(page), ...model];
  expect((await perpixel(args)).code).toBe(0);
  const [again, skipped] = [await perpixel([...args, '--skip-unknown']), expect.stringContaining('2 skipped')];
  expect(again).toMatchObject({ code: 0, stderr: skipped });
});

test('one file has no room for the kernels of several photos', async () => {
  const asked = ['deblur', at('photos'), '-o', at('out'), '--save-kernel', at('k.npy'), ...model];
  expect(await perpixel(asked)).toMatchObject({ code: 2, stderr: expect.stringContaining('--save-kernel') });
});
