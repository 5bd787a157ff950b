import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { beforeEach, expect, test, vi } from 'vitest';
import { noisyPhoto } from '../helpers/noisyPhoto.js';
import { perpixel } from '../helpers/perpixel.js';
import { temporaryFolder } from '../helpers/temporaryFolder.js';
import { writeTinyDenoiser } from '../helpers/tinyDenoiser.js';

/** Files of these names meet a full disk. */
const full = vi.hoisted(() => ({ folder: '' }));
vi.mock('node:fs/promises', async (original) => {
  const fs = await original<typeof import('node:fs/promises')>();
  const open: typeof fs.open = async (file, ...rest) => {
    if (full.folder && path.dirname(String(file)) === full.folder) {
      throw Object.assign(new Error('ENOSPC: no space left on device, open'), { code: 'ENOSPC' });
    }
    return fs.open(file, ...rest);
  };
  return { ...fs, open };
});

let home: string;
let photos: string;
let clean: string;
let options: string[];

beforeEach(async () => {
  full.folder = '';
  home = await temporaryFolder();
  photos = path.join(home, 'photos');
  clean = path.join(home, 'clean');
  await mkdir(photos);
  options = ['-o', clean, '--model', await writeTinyDenoiser(home)];
  // One before and one after what is bad.
  for (const name of ['a.png', 'z.jpg']) await noisyPhoto().toFile(path.join(photos, name));
});

const animation = async () => {
  const frames = await Promise.all([1, 2].map((seed) => noisyPhoto({ seed }).png().toBuffer()));
  return sharp(frames, { join: { animated: true } })
    .webp()
    .toBuffer();
};
const cutOff = async (format: 'png' | 'jpeg' | 'tiff' | 'webp') => {
  const whole = await noisyPhoto({ width: 200, height: 200 }).toFormat(format).toBuffer();
  return whole.subarray(0, whole.length * 0.6);
};

test.each<[string, string, () => Buffer | Promise<Buffer>, RegExp]>([
  ['an empty file', 'm.jpg', () => Buffer.alloc(0), /^E_READ .*m.jpg: an empty file; .*Copy or download it again/],
  ['text', 'm.png', () => Buffer.from('<html>Not found</html>'), /^E_FORMAT .*m.png: text; .*Check where/],
  ['a PNG cut off', 'm.png', () => cutOff('png'), /^E_READ .*m.png: .*cut off/],
  ['a JPEG cut off', 'm.jpg', () => cutOff('jpeg'), /^E_READ .*m.jpg: .*cut off/],
  ['a TIFF cut off', 'm.tif', () => cutOff('tiff'), /^E_READ .*m.tif: .*(cut off|damaged)/],
  ['a WebP cut off', 'm.webp', () => cutOff('webp'), /^E_READ .*m.webp: .*cut off/],
  [
    'CMYK',
    'm.jpg',
    () => noisyPhoto().toColourspace('cmyk').jpeg().toBuffer(),
    /^E_FORMAT .*m.jpg: CMYK; .*Convert it to RGB/,
  ],
  ['an animated WebP', 'm.webp', animation, /^E_FORMAT .*m.webp: an animated WebP; .*perpixel video/],
])('%s is one line with its cure; the batch goes on, and ends with 1', async (_, name, make, line) => {
  const bad = await make();
  await writeFile(path.join(photos, name), bad);
  const { code, stderr } = await perpixel(['denoise', photos, ...options]);
  expect(code).toBe(1);
  const [first, second, ...rest] = stderr.trim().split('\n');
  expect(first).toMatch(line);
  expect(second).toMatch(/^3 of 3 files, 1 failed/);
  expect(rest).toEqual([]);
  expect((await readdir(clean)).sort()).toEqual(['a.png', 'z.jpg']);
  expect(await readFile(path.join(photos, name))).toEqual(bad);
});

test.each([
  [1, 1],
  [1, 30_000],
  [30_000, 1],
])('%i x %i pixels are a picture like any other', async (width, height) => {
  await noisyPhoto({ width, height }).toFile(path.join(photos, 'm.png'));
  expect((await perpixel(['denoise', photos, ...options])).code).toBe(0);
  expect(await sharp(path.join(clean, 'm.png')).metadata()).toMatchObject({ width, height });
});

test.each([[[]], [['--overwrite']]])('an output that is the input is refused, file by file %j', async (more) => {
  const before = await readFile(path.join(photos, 'a.png'));
  const { code, stderr } = await perpixel(['denoise', photos, ...options, '-o', photos, ...more].toSpliced(2, 2));
  expect(code).toBe(1);
  expect(stderr.match(/originals are never written over/g)).toHaveLength(4); // Two files, each at once and in the list.
  expect(await readFile(path.join(photos, 'a.png'))).toEqual(before);
  expect((await readdir(photos)).sort()).toEqual(['a.png', 'z.jpg']);
});

test('a full disk: what is done stays, the rest is named, and the same command finishes it', async () => {
  await mkdir(path.join(photos, 'sub'));
  await noisyPhoto().toFile(path.join(photos, 'sub', 'm.png'));
  full.folder = path.join(clean, 'sub');
  const { code, stderr } = await perpixel(['denoise', photos, ...options]);
  expect(code).toBe(1);
  expect(stderr).toMatch(/^E_WRITE .*m.png: the disk is full; .*Free some space/);
  expect(await readdir(path.join(clean, 'sub'))).toEqual([]);
  full.folder = '';
  expect(await perpixel(['denoise', photos, ...options])).toMatchObject({
    code: 0,
    stderr: expect.stringMatching(/^3 of 3 files, 2 skipped/),
  });
});

test.runIf(process.platform !== 'win32')('files and folders that may not be read or written', async () => {
  await writeFile(path.join(photos, 'm.png'), await noisyPhoto().png().toBuffer());
  await mkdir(path.join(photos, 'sub'));
  await mkdir(clean);
  for (const folder of [home, photos]) await chmod(folder, 0o755);
  await chmod(path.join(photos, 'm.png'), 0);
  await chmod(path.join(photos, 'sub'), 0);
  await chmod(clean, 0o555);
  const elsewhere = path.join(home, 'elsewhere');
  await mkdir(elsewhere);
  await chmod(elsewhere, 0o777);
  const isRoot = process.geteuid?.() === 0;
  await perpixel(['denoise', photos, '-o', path.join(home, 'warm'), '--model', options[3], '--quiet']);
  // Root may do anything, so for a moment be nobody.
  if (isRoot) process.seteuid?.(65_534);
  const unwritten = await perpixel(['denoise', photos, ...options]);
  const unread = await perpixel(['denoise', photos, ...options, '-o', elsewhere].toSpliced(2, 2)).finally(() => {
    if (isRoot) process.seteuid?.(0);
  });
  await chmod(path.join(photos, 'sub'), 0o755);
  expect([unwritten.code, unread.code]).toEqual([1, 1]);
  expect(unwritten.stderr).toMatch(/^E_WRITE .*clean.a.png: no permission to write it; .*write elsewhere/m);
  expect(unread.stderr).toMatch(/^E_READ .*m.png: no permission to read it; .*Change its permissions/m);
  expect(unread.stderr).toMatch(/^E_READ .*sub: cannot be read \(EACCES\); .*Check its permissions/m);
});
