import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp, { type Blend, type Color, type Sharp } from 'sharp';
import { beforeEach, describe, expect, test } from 'vitest';
import { perpixel } from '../helpers/perpixel.js';
import { temporaryFolder } from '../helpers/temporaryFolder.js';
import { writeTinyInpainter } from '../helpers/tinyInpainter.js';
import { ultraHdr } from '../helpers/ultraHdr.js';

const [HEIGHT, WIDTH] = [16, 24];
/** Of the flat photos, and of what is scribbled on them. */
const GREY = 90;
const INK = { r: 255, g: 0, b: 255 };
/** Where it is scribbled: a pixel high, so that the network reaches all of it. */
const SCRIBBLE = { top: 5, left: 3, height: 1, width: 15 };

let home: string;
let photos: string;
let masks: string;
let filled: string;
let model: string[];

beforeEach(async () => {
  home = await temporaryFolder();
  [photos, masks, filled] = ['photos', 'masks', 'filled'].map((name) => path.join(home, name));
  model = ['--model', await writeTinyInpainter(home)];
  for (const folder of [photos, masks]) await mkdir(path.join(folder, 'sub'), { recursive: true });
  for (const name of ['a.png', 'sub/a.png', 'sub/b.png']) await photo().toFile(path.join(photos, name));
});

const canvas = (channels: 3 | 4, background: Color, { width = WIDTH, height = HEIGHT } = {}) =>
  sharp({ create: { width, height, channels, background } });

const scribbled = (picture: Sharp, ink: { r: number; g: number; b: number }, blend: Blend = 'over') => {
  const { top, left, width, height } = SCRIBBLE;
  const input = { create: { width, height, channels: 4, background: { alpha: 1, ...ink } } } as const;
  return picture.composite([{ input, top, left, blend }]).png();
};

const photo = () => scribbled(canvas(3, { r: GREY, g: GREY, b: GREY }), INK).removeAlpha();
const mask = (size = {}) =>
  scribbled(canvas(3, '#000', size), { r: 255, g: 255, b: 255 })
    .removeAlpha()
    .toColourspace('b-w');

const inpaint = (input: string, ...options: string[]) =>
  perpixel(['inpaint', input, '-o', filled, ...model, ...options]);

async function samplesOf(file: string, channels = 3): Promise<number[]> {
  const { data, info } = await sharp(file).raw().toBuffer({ resolveWithObject: true });
  expect([info.width, info.height, info.channels]).toEqual([WIDTH, HEIGHT, channels]);
  return [...data];
}

const FLAT = Array<number>(WIDTH * HEIGHT * 3).fill(GREY);

describe('holes are where', () => {
  test('one mask is white, for all photos', async () => {
    await mask().toFile(path.join(home, 'mask.png'));
    expect(await inpaint(photos, '--mask', path.join(home, 'mask.png'))).toMatchObject({ code: 0 });
    for (const name of ['a.png', 'sub/a.png', 'sub/b.png']) {
      expect(await samplesOf(path.join(filled, name))).toEqual(FLAT);
    }
  });

  test('the mask of the same name in a folder is white; a photo without one fails alone', async () => {
    await mask().toFile(path.join(masks, 'a.png'));
    await mask()
      .webp({ lossless: true })
      .toFile(path.join(masks, 'sub', 'b.webp'));
    const { code, stderr } = await inpaint(photos, '--mask', masks);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^E_READ .*sub.a.png: no mask .*masks.sub.a\.\*; expected a mask of the same name/m);
    expect(stderr).toMatch(/3 of 3 files, 1 failed/);
    for (const name of ['a.png', 'sub/b.png']) expect(await samplesOf(path.join(filled, name))).toEqual(FLAT);
    await expect(readFile(path.join(filled, 'sub', 'a.png'))).rejects.toThrow('ENOENT');
  });

  test('the photo has a colour', async () => {
    expect(await inpaint(photos, '--hole-colour', '#ff00ff')).toMatchObject({ code: 0 });
    expect(await samplesOf(path.join(filled, 'a.png'))).toEqual(FLAT);
  });

  test('the photo has nearly that colour', async () => {
    const near = ['--hole-colour', '#fa0aff', '--tolerance'];
    await inpaint(path.join(photos, 'a.png'), ...near, '9');
    expect(await samplesOf(path.join(filled, 'a.png'))).toEqual(await samplesOf(path.join(photos, 'a.png')));
    await inpaint(path.join(photos, 'a.png'), ...near, '10', '--overwrite');
    expect(await samplesOf(path.join(filled, 'a.png'))).toEqual(FLAT);
  });

  test('the photo is transparent, which it is no longer', async () => {
    const erased = path.join(home, 'erased.png');
    await scribbled(canvas(4, { r: GREY, g: GREY, b: GREY, alpha: 1 }), INK, 'dest-out').toFile(erased);
    const before = await samplesOf(erased, 4);
    expect(before.filter((_, i) => i % 4 === 3 && before[i] === 0)).toHaveLength(SCRIBBLE.width);
    expect(await inpaint(erased)).toMatchObject({ code: 0 });
    const after = await samplesOf(path.join(filled, 'erased.png'), 4);
    expect(after).toEqual(after.map((_, i) => (i % 4 === 3 ? 255 : GREY)));
  });
});

test('from pipe to pipe', async () => {
  await mask().toFile(path.join(home, 'mask.png'));
  const command = ['inpaint', '-', '-o', '-', ...model, '--mask'];
  const stdin = await readFile(path.join(photos, 'a.png'));
  const { code, bytes } = await perpixel([...command, path.join(home, 'mask.png')], { stdin });
  expect(code).toBe(0);
  expect([...(await sharp(bytes).raw().toBuffer())]).toEqual(FLAT);
  expect(await perpixel([...command, masks], { stdin })).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^perpixel: E_READ .*masks: a folder of masks for a photo without a name/),
  });
});

test('a program is told how much was filled', async () => {
  await inpaint(path.join(photos, 'a.png'), '--hole-colour', '#123456', '--quiet');
  expect(await samplesOf(path.join(filled, 'a.png'))).toEqual(await samplesOf(path.join(photos, 'a.png')));
  const { stdout } = await inpaint(photos, '--hole-colour', '#ff00ff', '--json', '--overwrite');
  const events = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const reports = events.filter(({ event }) => event === 'file').map(({ report }) => report);
  expect(reports).toEqual(Array(3).fill({ holePixels: SCRIBBLE.width, texturePixels: 0 }));
});

describe('one bad mask is the failure of its photo alone:', () => {
  test.each<[string, () => Sharp, RegExp]>([
    ['of another size', () => mask({ width: 30 }), /E_SIZE .*a.png: .*a mask of 30 x 16 pixels; expected 24 x 16/],
    ['white all over', () => canvas(3, '#fff').png(), /E_FORMAT .*a.png: a hole that is the whole photo/],
  ])('%s', async (_, make, message) => {
    await make().toFile(path.join(masks, 'a.png'));
    for (const name of ['a.png', 'b.png']) await mask().toFile(path.join(masks, 'sub', name));
    const { code, stderr } = await inpaint(photos, '--mask', masks);
    expect(code).toBe(1);
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/3 of 3 files, 1 failed/);
    expect(await samplesOf(path.join(filled, 'sub', 'a.png'))).toEqual(FLAT);
  });
});

test.each([
  [['--mask', 'nowhere.png'], /^perpixel: --mask: nowhere.png; expected a picture or a folder/],
  [['--hole-colour', 'pink'], /^perpixel: --hole-colour: pink; expected six hexadecimal digits/],
  [['--grow', '-1'], /^perpixel: --grow: -1; expected at least 0/],
])('%j ends the command at once', async (options, message) => {
  const { code, stderr } = await inpaint(photos, ...options);
  expect(code).toBe(2);
  expect(stderr).toMatch(message);
});

test('a photo that nothing says the holes of', async () => {
  const { code, stderr } = await inpaint(photos); // Told as they come, and again at the end.
  expect(code).toBe(1);
  expect(stderr.match(/E_OPTION .*a photo without alpha; .*Give --mask/g)).toHaveLength(2 * 3);
});

test('a gain map goes, as it still shows what was in the holes, and that is said', async () => {
  const [hdr, holes] = [path.join(home, 'hdr.jpg'), path.join(home, 'holes.png')];
  await writeFile(hdr, await ultraHdr());
  await mask({ width: 64, height: 48 }).toFile(holes);
  const { code, stderr } = await inpaint(hdr, '--mask', holes);
  expect(code).toBe(0);
  expect(stderr).toContain('the gain map (HDR) is not kept: it shows what was in the holes');
  expect((await readFile(path.join(filled, 'hdr.jpg'))).includes('hdrgm:')).toBe(false);
});

describe('--find, with the network that is shipped', () => {
  const [width, height] = [240, 160];
  const SCRATCHES = `<svg width="${width}" height="${height}" fill="none" stroke-width="2">
    <path d="M20 10 L90 60 L70 140" stroke="#fff"/><path d="M130 150 Q150 60 220 30" stroke="#000"/></svg>`;
  /** Where two pictures differ, each pixel. */
  const differing = (a: number[], b: number[]) => a.map((value, i) => value !== b[i]);
  const raw = (file: string) => sharp(file).toColourspace('srgb').raw().toBuffer({ resolveWithObject: true });

  test('scratches of a photo are found, filled, and kept as a mask that --mask takes', async () => {
    const clean = path.join(home, 'clean.png');
    await sharp('fixtures/photos/stream.jpg').resize(width, height).png().toFile(clean);
    const old = path.join(home, 'old', 'photo.png');
    await mkdir(path.dirname(old));
    await sharp(clean)
      .composite([{ input: Buffer.from(SCRATCHES) }])
      .removeAlpha()
      .png()
      .toFile(old);
    const saved = path.join(home, 'saved');
    const options = ['--find', 'scratches', '--save-mask', saved];
    const { code, stderr } = await perpixel(['inpaint', ...options, path.dirname(old), '-o', filled]);
    expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringMatching(/^holes filled: \d+ pixels$/m) });

    const [before, scratched, after, mask] = await Promise.all(
      [clean, old, path.join(filled, 'photo.png'), path.join(saved, 'photo.mask.png')].map(raw),
    );
    expect(mask.info).toMatchObject({ width, height });
    const isHole = (i: number) => mask.data[3 * i] === 255;
    const isScratch = (i: number) =>
      [0, 1, 2].some((c) => Math.abs(scratched.data[3 * i + c] - before.data[3 * i + c]) > 60);
    const pixels = Array.from({ length: width * height }, (_, i) => i);
    const both = pixels.filter((i) => isHole(i) && isScratch(i)).length;
    const either = pixels.filter((i) => isHole(i) || isScratch(i)).length;
    expect(both / either).toBeGreaterThan(0.6);
    const changed = differing([...after.data], [...scratched.data]);
    expect(pixels.some((i) => !isHole(i) && [0, 1, 2].some((c) => changed[3 * i + c]))).toBe(false);
    const error = ({ data }: { data: Buffer }) =>
      data.reduce((sum, value, i) => sum + (value - before.data[i]) ** 2, 0);
    expect(error(after)).toBeLessThan(0.4 * error(scratched));

    const again = path.join(home, 'again');
    expect(await perpixel(['inpaint', path.dirname(old), '-o', again, '--mask', saved])).toMatchObject({ code: 0 });
    expect((await raw(path.join(again, 'photo.png'))).data).toEqual(after.data);
  });
});
