import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { beforeEach, describe, expect, test } from 'vitest';
import { ade20kClasses } from '../../src/geometry/ade20kClasses.js';
import { readModelFile } from '../../src/onnx/modelFile.js';
import { presets } from '../../src/onnx/presets.js';
import { noisyPhoto } from '../helpers/noisyPhoto.js';
import { perpixel } from '../helpers/perpixel.js';
import { ADE, facing, labeller, relativeDepth, SKY } from '../helpers/standIns.js';
import { temporaryFolder } from '../helpers/temporaryFolder.js';
import { blindBlur, tinyDenoiser } from '../helpers/tinyDenoiser.js';

let home: string;
beforeEach(async () => {
  home = await temporaryFolder();
});
const at = (name: string) => path.join(home, name);

/** A photo, dark on the left and bright on the right, or blue above and red below. */
async function halves(name: string, colours: readonly [string, string], isAcross = true) {
  const [width, height] = [160, 128];
  const size = isAcross ? { width: width / 2, height } : { width, height: height / 2 };
  const parts = await Promise.all(
    colours.map((background) =>
      sharp({ create: { ...size, channels: 3, background } })
        .png()
        .toBuffer(),
    ),
  );
  await sharp({ create: { width, height, channels: 3, background: 'black' } })
    .composite(
      parts.map((input, i) => ({ input, left: isAcross ? i * size.width : 0, top: isAcross ? 0 : i * size.height })),
    )
    .toFile(at(name));
}

async function added(bytes: Uint8Array, preset: string): Promise<string> {
  await writeFile(at('theirs.onnx'), bytes);
  const { code, stdout, stderr } = await perpixel(['models', 'add', at('theirs.onnx'), '--preset', preset]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain(`perpixel ${presets[preset].card.task} PHOTOS`);
  return at('theirs.onnx');
}

const millimetres = async (file: string) =>
  sharp(file).toColourspace('grey16').raw({ depth: 'ushort' }).toBuffer({ resolveWithObject: true });
async function metresAt(file: string, ...places: (readonly [x: number, y: number])[]): Promise<number[]> {
  const { data, info } = await millimetres(file);
  return places.map(([x, y]) => data.readUInt16LE(2 * (y * info.width + x)) / 1000);
}
const [NEAR, FAR] = [[130, 60], [30, 60]] as const; // biome-ignore format: a place each

describe.each(['nafnet', 'restormer', 'scunet'])('image to image: %s', (preset) => {
  test('denoises in tiles, with a report, and needs no more options', async () => {
    await noisyPhoto({ width: 700, height: 90 }).toFile(at('a.png'));
    const model = await added(tinyDenoiser(blindBlur), preset);
    const run = (output: string, ...more: string[]) =>
      perpixel(['denoise', at('a.png'), '-o', at(output), '--model', model, '--sigma', '20', ...more]);
    expect(await run('tiled/', '--tile', '400', '--report', at('page.html'))).toMatchObject({ code: 0 });
    expect(await run('whole/')).toMatchObject({ code: 0 });
    const [tiled, whole] = await Promise.all(
      ['tiled/a.png', 'whole/a.png'].map((file) => sharp(at(file)).raw().toBuffer()),
    );
    expect(tiled.equals(whole)).toBe(true);
    expect(whole.equals(await sharp(at('a.png')).raw().toBuffer())).toBe(false);
    expect(await readFile(at('page.html'), 'utf8')).toContain('a.png');
  });
});

describe.each([
  ['depth-anything-v2', 14],
  ['midas', 32],
  ['midas-dpt', 32],
] as const)('relative depth: %s', (preset, multiple) => {
  test('is 1 for the nearest, and metres by what is known', async () => {
    await halves('room.png', ['#202020', '#e0e0e0']);
    const model = await added(relativeDepth(multiple), preset);
    const depth = (output: string, ...more: string[]) =>
      perpixel(['depth', at('room.png'), '-o', at(output), '--model', model, ...more]);

    expect(await depth('relative.png')).toMatchObject({ code: 0 });
    const [near, far] = await metresAt(at('relative.png'), NEAR, FAR);
    expect(near).toBeCloseTo(1, 1);
    expect(far).toBeGreaterThan(1.2);

    expect(await depth('range.png', '--scale', '0.5..8')).toMatchObject({ code: 0 });
    const ends = await metresAt(at('range.png'), NEAR, FAR);
    expect(ends[0]).toBeCloseTo(0.5, 1);
    expect(ends[1]).toBeCloseTo(8, 0);

    expect(await depth('point.png', '--scale', '130,60=2.5', '--quality', 'best')).toMatchObject({ code: 0 });
    const known = await metresAt(at('point.png'), NEAR, FAR);
    expect(known[0]).toBeCloseTo(2.5, 1);
    expect(known[1] / known[0]).toBeCloseTo(far / near, 1);
    expect(await depth('x.png', '--scale', 'far')).toMatchObject({ code: 2 });
  }); // biome-ignore format: one a line
});

test('normals', async () => {
  await halves('room.png', ['#202020', '#e0e0e0']);
  const model = await added(facing(), 'normals');
  expect(await perpixel(['normals', at('room.png'), '-o', at('n.png'), '--model', model])).toMatchObject({ code: 0 });
  const { dominant } = await sharp(at('n.png')).stats();
  expect(dominant.b).toBeGreaterThan(240);
});

describe('labels of other classes: ade20k', () => {
  test('have their names and colours in the legend, the palette, the picture and the report', async () => {
    await halves('street.png', ['#0000ff', '#ff0000'], false);
    const model = await added(labeller(), 'ade20k');
    const options = ['--model', model, '--pictures', '--report', at('page.html')];
    expect(await perpixel(['labels', at('street.png'), '-o', at('out'), ...options])).toMatchObject({ code: 0 });
    const legend = JSON.parse(await readFile(at('out/labels.json'), 'utf8'));
    expect(legend).toHaveLength(ADE + 1);
    expect(legend[SKY + 1]).toEqual({ index: SKY + 1, name: 'sky', colour: '#06e6e6' });
    for (const file of ['out/street.labels.png', 'out/street.labels.picture.png']) {
      const { data, info } = await sharp(at(file)).removeAlpha().raw().toBuffer({ resolveWithObject: true });
      const colour = (y: number) => [...data.subarray((y * info.width + 80) * 3, (y * info.width + 80) * 3 + 3)];
      expect([colour(20), colour(110)]).toEqual([[6, 230, 230], [120, 120, 120]]); // biome-ignore format: two
    }
    expect(await readFile(at('page.html'), 'utf8')).toContain('street.png');
  });

  test('go through video, steady', async () => {
    const [width, height] = [96, 96];
    const frame = Buffer.concat([
      Buffer.alloc(width * height, 60),
      Buffer.alloc(width * height, 230),
      Buffer.alloc(width * height, 110),
    ]);
    const header = Buffer.from(`YUV4MPEG2 W${width} H${height} F25:1 Ip A1:1 C444\n`);
    await writeFile(at('in.y4m'), Buffer.concat([header, ...[0, 1, 2].flatMap(() => [Buffer.from('FRAME\n'), frame])]));
    const model = await added(labeller(), 'ade20k');
    const run = await perpixel(['video', 'labels', at('in.y4m'), '-o', at('labels.y4m'), '--model', model]);
    expect(run).toMatchObject({ code: 0 });
    expect(JSON.parse(await readFile(at('labels.json'), 'utf8'))[SKY + 1].name).toBe('sky');
    expect((await readFile(at('labels.y4m'))).length).toBeGreaterThan(3 * width * height * 3);
  });
});

describe('a card beside the file', () => {
  test('may say all itself, wins over the metadata, and options win over it', async () => {
    await writeFile(at('mine.onnx'), tinyDenoiser(blindBlur));
    await writeFile(
      at('mine.json'),
      JSON.stringify({ task: 'denoise', stride: 8, receptiveRadius: 3, licence: 'MIT' }),
    );
    const { card } = await readModelFile(at('mine.onnx'));
    expect(card).toMatchObject({ name: 'mine', stride: 8, receptiveRadius: 3, channels: 3, licence: 'MIT' });
    expect((await readModelFile(at('mine.onnx'), { overrides: { stride: 2 } })).card.stride).toBe(2);
    await writeFile(at('mine.json'), JSON.stringify({ preset: 'scunet', receptiveRadius: 9 }));
    expect((await readModelFile(at('mine.onnx'))).card).toMatchObject({ stride: 64, receptiveRadius: 9 });
  });

  test.each([
    ['no JSON', 'hello', 'no JSON'],
    ['a preset that there is not', '{"preset":"dall-e"}', 'preset dall-e; expected one of nafnet'],
    ['a field that there is not', '{"strid":8}', 'strid'],
    ['a wrong value', '{"stride":"eight"}', 'stride'],
  ])('%s is told of', async (_, text, words) => {
    await writeFile(at('mine.onnx'), tinyDenoiser(blindBlur));
    await writeFile(at('mine.json'), text);
    const { code, stderr } = await perpixel(['models', at('mine.onnx')]);
    expect(code).toBe(2);
    expect(stderr).toContain('E_MODEL');
    expect(stderr).toContain(words);
  });

  test.each([
    [['add'], 'an .onnx file'],
    [['add', 'x.onnx'], 'nafnet, restormer'],
    [['scene', '--preset', 'midas'], 'add before it'],
  ])('models %j is refused', async (args, words) => {
    expect(await perpixel(['models', ...args])).toMatchObject({ code: 2, stderr: expect.stringContaining(words) });
  });

  test('a folder of its name is told of', async () => {
    await writeFile(at('own.onnx'), tinyDenoiser(blindBlur));
    await mkdir(at('own.json'));
    await expect(readModelFile(at('own.onnx'))).rejects.toMatchObject({ code: 'E_MODEL', subject: at('own.json') });
  });

  test('another card is not written over', async () => {
    await writeFile(at('theirs.json'), '{"stride":8}');
    await writeFile(at('theirs.onnx'), tinyDenoiser(blindBlur));
    expect(await perpixel(['models', 'add', at('theirs.onnx'), '--preset', 'scunet'])).toMatchObject({ code: 2 });
    expect(await readFile(at('theirs.json'), 'utf8')).toBe('{"stride":8}');
  });
});

test("ADE20K's list is whole: 150 names and colours, each name once", () => {
  expect(new Set(ade20kClasses.map(({ name }) => name)).size).toBe(ADE);
  expect(ade20kClasses.every(({ colour }) => /^#[0-9a-f]{6}$/.test(colour))).toBe(true);
  expect(ade20kClasses[ADE - 1]).toEqual({ name: 'flag', colour: '#5c00ff' });
});
