import { expect, test } from 'vitest';
import { focalLength, pixelsOf35mm } from '../../src/geometry/focalLength.js';

const TYPES = { short: 3, long: 4, rational: 5 };
type Tag = [tag: number, type: keyof typeof TYPES, value: number];

/** A TIFF structure with these tags in its EXIF directory. */
function exif(...tags: Tag[]): Buffer {
  const data = Buffer.alloc(512);
  data.write('II*\0', 'latin1');
  data.writeUInt32LE(8, 4);
  const pointer = 8;
  data.writeUInt16LE(1, pointer);
  entry(data, pointer + 2, [34665, 'long', 26], 0);
  data.writeUInt16LE(tags.length, 26);
  for (const [i, tag] of tags.entries()) entry(data, 28 + 12 * i, tag, 300 + 8 * i);
  return data;
}

function entry(data: Buffer, at: number, [tag, type, value]: Tag, away: number): void {
  data.writeUInt16LE(tag, at);
  data.writeUInt16LE(TYPES[type], at + 2);
  data.writeUInt32LE(1, at + 4);
  if (type === 'short') data.writeUInt16LE(value, at + 8);
  if (type === 'long') data.writeUInt32LE(value, at + 8);
  if (type !== 'rational') return;
  data.writeUInt32LE(away, at + 8);
  data.writeUInt32LE(Math.round(value * 1000), away);
  data.writeUInt32LE(1000, away + 4);
}

const FOCAL = 0x920a;
const FOCAL_35MM = 0xa405;
const WIDTH = 0xa002;
const RESOLUTION = 0xa20e;
const UNIT = 0xa210;
const diagonal = Math.hypot(36, 24);

test.each<[string, Tag[], number, number, number | undefined]>([
  ['as for 35 mm film', [[FOCAL_35MM, 'short', 28]], 2400, 3600, 28 * (Math.hypot(2400, 3600) / diagonal)],
  ['upright', [[FOCAL_35MM, 'short', 28]], 3600, 2400, 28 * (Math.hypot(2400, 3600) / diagonal)],
  ['by the sensor, an inch where no unit is told', [[FOCAL, 'rational', 4.2], [RESOLUTION, 'rational', 25400]], 3000, 4000, 4200],
  ['by the sensor, in cm', [[FOCAL, 'rational', 4.2], [RESOLUTION, 'rational', 10000], [UNIT, 'short', 3]], 3000, 4000, 4200],
  ['by the sensor, the photo made smaller since', [[FOCAL, 'rational', 4.2], [RESOLUTION, 'rational', 25400], [WIDTH, 'long', 4000]], 750, 1000, 1050],
  ['by the sensor, then turned upright', [[FOCAL, 'rational', 4.2], [RESOLUTION, 'rational', 25400], [WIDTH, 'long', 4000]], 1000, 750, 1050],
  ['both: film counts', [[FOCAL, 'rational', 4.2], [RESOLUTION, 'rational', 25400], [FOCAL_35MM, 'short', 28]], 24, 36, 28],
  ['film of 0 mm, which is not known', [[FOCAL_35MM, 'short', 0]], 3000, 4000, undefined],
  ['a focal length alone', [[FOCAL, 'rational', 4.2]], 3000, 4000, undefined],
  ['nothing of it', [[WIDTH, 'long', 4000]], 3000, 4000, undefined],
])('the focal length %s', async (_, tags, height, width, expected) => {
  const found = await focalLength(exif(...tags), height, width);
  if (expected === undefined) expect(found).toBeUndefined();
  else expect(found).toBeCloseTo(expected, 1);
}); // biome-ignore format: a table

test('a photo without EXIF tells none', async () => {
  expect(await focalLength(undefined, 10, 10)).toBeUndefined();
});

test('35 mm film is 36 by 24', () => {
  expect(pixelsOf35mm(50, 2400, 3600)).toBeCloseTo(5000, 6);
});
