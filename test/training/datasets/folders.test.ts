import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { beforeEach, describe, expect, test } from 'vitest';
import { random } from '../../../src/core/random.js';
import { gaussianNoise } from '../../../src/degradations/gaussianNoise.js';
import { STILL } from '../../../src/training/augmentation/pose.js';
import { batchOf } from '../../../src/training/datasets/batchOf.js';
import { cleanPhotos } from '../../../src/training/datasets/cleanPhotos.js';
import { degradedCrops } from '../../../src/training/datasets/degradedCrops.js';
import { pairedCrops } from '../../../src/training/datasets/pairedCrops.js';
import { pairs } from '../../../src/training/datasets/pairs.js';
import { camvid, isbi2012, nyuTrain, rainPairs, restorationPhotos } from '../../../src/training/datasets/presets.js';
import { sceneCrops } from '../../../src/training/datasets/sceneCrops.js';

const [WIDTH, HEIGHT] = [48, 36];

type Value = (x: number, y: number) => number[];

/** Writes a PNG of 8 or 16 bits whose samples are told pixel by pixel. */
async function picture(file: string, value: Value, { width = WIDTH, height = HEIGHT, bits = 8 } = {}) {
  await mkdir(dirname(file), { recursive: true });
  const samples = Array.from({ length: width * height }, (_, i) => value(i % width, Math.floor(i / width))).flat();
  const channels = (samples.length / (width * height)) as 1 | 3;
  const data = bits === 16 ? Uint16Array.from(samples) : Uint8Array.from(samples);
  await sharp(data, { raw: { width, height, channels } })
    .toColourspace(channels === 3 ? 'srgb' : bits === 16 ? 'grey16' : 'b-w')
    .png()
    .toFile(file);
}

const ramp: Value = (x, y) => [x, y, 100];
const brighter: Value = (x, y) => [x + 50, y + 50, 150];

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'data-'));
  return () => rm(folder, { recursive: true });
});
const at = (...parts: string[]) => join(folder, ...parts);

describe('pairs of degraded and clean photos', () => {
  test('give the same square of both', async () => {
    for (const name of ['a.png', 'b.png']) {
      await picture(at('rainy', name), brighter);
      await picture(at('clean', name), ramp);
    }
    const data = await pairedCrops(await pairs(at('rainy'), at('clean')), { size: 16 });
    expect(data.length).toBe(2);
    for (let n = 0; n < 20; n++) {
      const { inputs, targets } = data.sample(random(1, n));
      expect(inputs.image.shape).toEqual([16, 16, 3]);
      inputs.image.data.forEach((v, i) => {
        expect(v - targets.clean.data[i]).toBeCloseTo(50 / 255, 5);
      });
    }
  });

  test.each<[string, () => Promise<unknown>, RegExp]>([
    [
      'a missing truth',
      async () => {
        await picture(at('clean', 'a.png'), ramp);
        return pairs(at('rainy'), at('clean'));
      },
      /rainy.b\.png: no file named b in .*clean; expected one of the same name/,
    ],
    [
      'a truth of another size',
      async () => {
        await picture(at('clean', 'a.png'), ramp);
        await picture(at('clean', 'b.png'), ramp, { width: 47 });
        return pairedCrops(await pairs(at('rainy'), at('clean')), { size: 16 });
      },
      /clean.b\.png: 47 x 36 pixels; expected 48 x 36, the size of .*rainy.b\.png/,
    ],
    [
      'a truth that is damaged',
      async () => {
        await picture(at('clean', 'a.png'), ramp);
        await writeFile(at('clean', 'b.png'), 'text');
        return pairedCrops(await pairs(at('rainy'), at('clean')), { size: 16 });
      },
      /clean.b\.png: a file that cannot be decoded/,
    ],
    [
      'crops larger than the photos',
      async () => {
        for (const name of ['a.png', 'b.png']) await picture(at('clean', name), ramp);
        return pairedCrops(await pairs(at('rainy'), at('clean')), { size: 40 });
      },
      /48 x 36 pixels; expected at least 40 x 40/,
    ],
    [
      'one picture only',
      async () => {
        await picture(at('one', 'a.png'), ramp);
        return pairs(at('one'), at('rainy'));
      },
      /one: one picture only; expected at least two/,
    ],
    ['no truth at all', async () => pairs(at('rainy'), at('clean')), /clean: no such folder/],
    ['an empty list', async () => sceneCrops([], { height: 8, width: 8 }), /no picture; expected at least two/],
  ])('%s is an error with its cure', async (_, load, message) => {
    for (const name of ['a.png', 'b.png']) await picture(at('rainy', name), brighter);
    const failure = load();
    await expect(failure).rejects.toMatchObject({ name: 'PerpixelError', code: 'E_DATA', cure: expect.any(String) });
    await expect(failure).rejects.toThrow(message);
  });
});

describe('layouts of known sets', () => {
  test('restoration: the listed BSDS photos and photos-free', async () => {
    await writeFile(at('splits.json'), JSON.stringify({ clean_train: ['train/1.jpg', 'test/2.jpg'], rain_train: [] }));
    await picture(at('photos-free', 'x.png'), ramp);
    await writeFile(at('photos-free', 'LICENCES.tsv'), '');
    const expected = [at('bsds500', 'train/1.jpg'), at('bsds500', 'test/2.jpg'), at('photos-free', 'x.png')];
    expect(await restorationPhotos(folder)).toEqual(expected);
  });

  test('without splits.json it says what is missing', async () => {
    await expect(restorationPhotos(folder)).rejects.toMatchObject({ code: 'E_DATA', subject: at('splits.json') });
  });

  test.each([
    'light',
    'heavy',
  ] as const)('Rain100, %s: pairs by id, a part of the clean photo where it is heavy', async (kind) => {
    const rainy = { light: 'rain100l', heavy: 'rain100h' }[kind];
    const rain_train = ['002', '005'].map((id) => ({ id, clean: `train/${id}9.png`, rain100h_crop: [3, 2, 40, 30] }));
    await writeFile(at('splits.json'), JSON.stringify({ clean_train: [], rain_train }));
    const size = kind === 'heavy' ? { width: 40, height: 30 } : {};
    const shift = kind === 'heavy' ? { x: 3, y: 2 } : { x: 0, y: 0 };
    for (const { id, clean } of rain_train) {
      await picture(at(rainy, 'train', `${id}.png`), (x, y) => [x + shift.x + 20, y + shift.y + 20, 120], size);
      await picture(at('bsds500', clean), ramp);
    }
    const data = await pairedCrops(await rainPairs(folder, kind), { size: 12, channels: 1 });
    const { inputs, targets } = data.sample(random(2));
    expect(inputs.image.shape).toEqual([12, 12, 1]);
    inputs.image.data.forEach((v, i) => {
      expect(v - targets.clean.data[i]).toBeCloseTo(20 / 255, 5);
    });
  });

  test('NYU Depth v2: metres from 16 bits, normals of the depth, classes, and masks of what is known', async () => {
    for (const name of ['0003', '0004']) {
      await picture(at('nyu-v2/train/rgb', `${name}.png`), ramp);
      await picture(at('nyu-v2/train/depth', `${name}.png`), (x) => [x < 4 ? 0 : 3210], { bits: 16 });
      await picture(at('nyu-v2/train/labels40', `${name}.png`), (_x, y) => [y < 3 ? 0 : 37]);
    }
    const { files, classOf } = await nyuTrain(folder);
    const data = await sceneCrops(files, {
      height: HEIGHT,
      width: WIDTH,
      classOf,
      normalsWindow: 5,
      augmentation: STILL,
    });
    const { inputs, targets, masks } = data.sample(random(3));
    expect(inputs.image.get(7, 9, 0)).toBeCloseTo(9 / 255, 6);
    expect([targets.depth.get(9, 2, 0), targets.depth.get(9, 9, 0)]).toEqual([0, expect.closeTo(3.21, 5)]);
    expect([0, 1, 2].map((c) => targets.normals.get(18, 24, c))).toEqual([0, 0, 1].map((v) => expect.closeTo(v, 5)));
    expect([targets.labels.get(1, 9, 0), targets.labels.get(9, 9, 0)]).toEqual([0, 37]);
    expect([masks.depth, masks.labels].map((m) => [m.get(1, 9, 0), m.get(9, 2, 0)])).toEqual([
      [1, 0],
      [0, 1],
    ]);
    expect([masks.normals.get(18, 24, 0), masks.normals.get(0, 0, 0)]).toEqual([1, 0]);
  });

  test.each<[string, string, string, typeof camvid | typeof isbi2012, [number, number][]]>([
    [
      'CamVid',
      'camvid/train/rgb',
      'camvid/train/labels11',
      camvid,
      [
        [0, 1],
        [10, 11],
        [11, 0],
      ],
    ],
    [
      'ISBI 2012',
      'isbi2012/train/image',
      'isbi2012/train/membrane',
      isbi2012,
      [
        [0, 1],
        [255, 2],
      ],
    ],
  ])('%s: numbers in files become classes from 1, and 0 is void', async (_, images, labels, preset, classes) => {
    for (const name of ['a.png', 'b.png']) {
      await picture(at(images, name), ramp);
      await picture(at(labels, name), (x) => [classes[x % classes.length][0]]);
    }
    const { files, classOf } = await preset(folder);
    expect(files.map(({ image, labels }) => [dirname(image), dirname(labels!)])).toEqual(
      [0, 1].map(() => [at(images), at(labels)]),
    );
    const augmentation = { scale: [1, 1], rotation: 0, flipProbability: 0 } as const;
    const { targets, masks } = (
      await sceneCrops(files, { height: HEIGHT, width: WIDTH, classOf, augmentation })
    ).sample(random(4));
    for (let x = 0; x < WIDTH; x++) {
      const expected = classes[x % classes.length][1];
      expect([targets.labels.get(5, x, 0), masks.labels.get(5, x, 0)]).toEqual([expected, Math.min(expected, 1)]);
    }
    expect(targets.depth).toBeUndefined();
  });
});

describe('examples', () => {
  test('of degraded crops keep the truth, and stack to a batch by name', async () => {
    await picture(at('photos', 'a.png'), ramp);
    const photos = await cleanPhotos(at('photos'));
    const data = degradedCrops(photos, 8, (clean, dice) => ({
      inputs: { image: gaussianNoise(clean, 0.1, dice) },
      targets: { clean },
      masks: {},
    }));
    const samples = [0, 1, 2].map((n) => data.sample(random(5, n)));
    const batch = batchOf(samples);
    expect(batch.inputs.image.shape).toEqual([3, 8, 8, 3]);
    expect(batch.targets.clean.data.slice(192, 384)).toEqual(samples[1].targets.clean.data);
    expect(batch.masks).toEqual({});
    expect(data.sample(random(5, 1))).toEqual(samples[1]);
  });
});
