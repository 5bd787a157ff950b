import { mkdir, readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { beforeEach, describe, expect, test } from 'vitest';
import { noisyPhoto } from '../helpers/noisyPhoto.js';
import { perpixel } from '../helpers/perpixel.js';
import { temporaryFolder } from '../helpers/temporaryFolder.js';
import { writeTinyDenoiser } from '../helpers/tinyDenoiser.js';

let home: string;
let photos: string;
let clean: string;
let options: string[];

beforeEach(async () => {
  home = await temporaryFolder();
  photos = path.join(home, 'photos');
  clean = path.join(home, 'clean');
  await mkdir(path.join(photos, 'sub'), { recursive: true });
  for (const name of ['a.png', 'b.jpg', 'sub/a.png']) await noisyPhoto().toFile(path.join(photos, name));
  options = ['--model', await writeTinyDenoiser(home), '--sigma', '20'];
});

const names = async (folder: string) =>
  (await readdir(folder, { recursive: true })).map((name) => name.split(path.sep).join('/')).sort();

describe('a folder', () => {
  test('comes out as the tree that it is; the same again has nothing to do', async () => {
    const first = await perpixel(['denoise', photos, '-o', clean, ...options]);
    expect(first).toMatchObject({
      code: 0,
      stdout: '',
      stderr: expect.stringMatching(/^3 of 3 files, .*megapixels\/s\n$/),
    });
    expect(await names(clean)).toEqual(['a.png', 'b.jpg', 'sub', 'sub/a.png']);
    const again = await perpixel(['denoise', photos, '-o', clean, ...options]);
    expect(again).toMatchObject({ code: 0, stderr: '3 of 3 files, 3 skipped\n' });
  });

  test('several inputs are all done', async () => {
    const inputs = ['a.png', 'b.jpg'].map((name) => path.join(photos, name));
    await perpixel(['denoise', ...inputs, '-o', clean, ...options]);
    expect(await names(clean)).toEqual(['a.png', 'b.jpg']);
  });

  test('is told of as JSON lines, for programs', async () => {
    await writeFile(path.join(photos, 'c.png'), 'no picture');
    await writeFile(path.join(photos, 'raw.X3F'), 'not read');
    const { code, stdout, stderr } = await perpixel(['denoise', photos, '-o', clean, '--json', ...options]);
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    const events = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const files = events.filter(({ event }) => event === 'file');
    expect(files.map(({ status }) => status)).toEqual(['done', 'done', 'failed', 'done']);
    expect(files[0]).toMatchObject({
      input: path.join(photos, 'a.png'),
      output: path.join(clean, 'a.png'),
      megapixels: (24 * 16) / 1e6,
      report: { sigma: 20, noise: 20, noiseEstimated: false },
    });
    expect(files[2].error).toMatchObject({ code: 'E_FORMAT', cure: expect.stringContaining('Check') });
    expect(events).toContainEqual({ event: 'leftOut', input: path.join(photos, 'raw.X3F') });
    expect(events.at(-1)).toMatchObject({ event: 'end', done: 3, failed: 1, skipped: 0, total: 4, stopped: false });
  });

  test('--quiet says nothing', async () => {
    expect(await perpixel(['denoise', photos, '-o', clean, '--quiet', ...options])).toMatchObject({
      code: 0,
      stdout: '',
      stderr: '',
    });
  });

  test('without a photo in it', async () => {
    await mkdir(path.join(home, 'empty'));
    const { code, stderr } = await perpixel(['denoise', path.join(home, 'empty'), '-o', clean, ...options]);
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining('no photo found') });
  });

  test('stopped before its first photo', async () => {
    const { code } = await perpixel(['denoise', photos, '-o', clean, ...options], { signal: AbortSignal.abort() });
    expect(code).toBe(130);
    await expect(stat(clean)).rejects.toThrow('ENOENT');
  });

  test('gives the same bytes twice', async () => {
    const estimating = options.slice(0, 2);
    await perpixel(['denoise', photos, '-o', clean, ...estimating]);
    await perpixel(['denoise', photos, '-o', `${clean}2`, ...estimating]);
    for (const name of ['a.png', 'b.jpg']) {
      const [one, two] = await Promise.all([clean, `${clean}2`].map((folder) => readFile(path.join(folder, name))));
      expect(one.equals(two)).toBe(true);
      expect(one.equals(await readFile(path.join(photos, name)))).toBe(false);
    }
  });
});

describe('one photo', () => {
  const format = async (source: string | Buffer) => (await sharp(source).metadata()).format;

  test('from pipe to pipe', async () => {
    const stdin = await readFile(path.join(photos, 'a.png'));
    const { code, bytes, stderr } = await perpixel(['denoise', '-', '-o', '-', ...options], { stdin });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    await perpixel(['denoise', path.join(photos, 'a.png'), '-o', clean, ...options]);
    expect(bytes.equals(await readFile(path.join(clean, 'a.png')))).toBe(true);
  });

  test.each([
    ['x.webp', 'x.webp', 'webp'],
    ['x.png', 'x.png', 'png'],
    ['folder', 'folder/stdin.png', 'png'],
  ])('from a pipe to %s', async (output, written, expected) => {
    const stdin = await readFile(path.join(photos, 'a.png'));
    const { code } = await perpixel(['denoise', '-', '-o', path.join(home, output), ...options], { stdin });
    expect(code).toBe(0);
    expect(await format(path.join(home, written))).toBe(expected);
    // Whose result that is, nobody knows.
    const again = ['denoise', '-', '-o', path.join(home, output), ...options];
    expect(await perpixel(again, { stdin })).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/E_WRITE.*already exists/),
    });
    expect(await perpixel([...again, '--overwrite'], { stdin })).toMatchObject({ code: 0 });
  });

  test.skipIf(process.platform === 'darwin')('into the result of another: told of, and left', async () => {
    const output = path.join(home, 'x.png');
    for (const [name, date] of Object.entries({ a: '2001-02-03', b: '2002-03-04' })) {
      await sharp(path.join(photos, 'a.png')).toFile(path.join(home, `${name}.png`));
      await utimes(path.join(home, `${name}.png`), new Date(date), new Date(date));
    }
    expect(await perpixel(['denoise', path.join(home, 'a.png'), '-o', output, ...options])).toMatchObject({ code: 0 });
    expect(await perpixel(['denoise', path.join(home, 'b.png'), '-o', output, ...options])).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/E_WRITE.*another photo/),
    });
  });

  test('into a file of another name: its ending is the format, what is there stays unless --overwrite', async () => {
    const output = path.join(home, 'x.jpg');
    const command = ['denoise', path.join(photos, 'a.png'), '-o', output, ...options];
    expect((await perpixel(command)).code).toBe(0);
    expect(await format(output)).toBe('jpeg');
    await writeFile(output, 'mine');
    expect(await perpixel(command)).toMatchObject({ code: 0, stderr: expect.stringContaining('--overwrite') });
    expect(await readFile(output, 'utf8')).toBe('mine');
    await perpixel([...command, '--overwrite']);
    expect(await format(output)).toBe('jpeg');
  });

  test('never over itself', async () => {
    const photo = path.join(photos, 'a.png');
    const before = await readFile(photo);
    const { code, stderr } = await perpixel(['denoise', photo, '-o', photo, '--overwrite', ...options]);
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining('Originals are never') });
    expect(await readFile(photo)).toEqual(before);
  });

  test('a bad pipe leaves the other one empty', async () => {
    const { code, bytes, stderr } = await perpixel(['denoise', '-', '-o', '-', ...options], {
      stdin: Buffer.from('no picture'),
    });
    expect(code).toBe(1);
    expect(bytes).toHaveLength(0);
    expect(stderr).toMatch(/^perpixel: E_FORMAT standard input: text; expected .*\. Check/);
  });
});
