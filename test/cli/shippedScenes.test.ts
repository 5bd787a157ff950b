import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { readRaster } from '../../src/images/readRaster.js';
import { perpixel } from '../helpers/perpixel.js';
import { temporaryFolder } from '../helpers/temporaryFolder.js';

test.each([
  ['a room from the photo alone', [], 40, ['wall', 'floor']],
  ['a room with what the network says of its depth', ['--depth', 'predicted'], 40, ['wall', 'floor']],
  ['a street', ['--scene', 'street'], 11, ['building', 'road']],
])('labels of %s, by what is shipped', async (_, options, classes, present) => {
  const out = await temporaryFolder();
  const { code, stderr } = await perpixel([
    'labels',
    'fixtures/scenes/room.jpg',
    '-o',
    out,
    '--format',
    'npy',
    ...options,
  ]);
  expect({ code, stderr }).toMatchObject({ code: 0 });
  // The photo is of a room.
  expect(stderr.includes('not like the streets')).toBe(options.includes('street'));
  expect(stderr).not.toContain('not like the rooms');
  const legend: { name: string }[] = JSON.parse(await readFile(path.join(out, 'labels.json'), 'utf8'));
  expect(legend).toHaveLength(classes + 1);
  const said = new Set((await readRaster(path.join(out, 'room.labels.npy'))).pixels.data);
  expect([...said].every((index) => index >= 1 && index <= classes)).toBe(true);
  const names = legend.map(({ name }) => name);
  for (const name of present) expect(names).toContain(name);
  if (classes === 40) for (const name of present) expect([...said].map((index) => names[index])).toContain(name);
});
