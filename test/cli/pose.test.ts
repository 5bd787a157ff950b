import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { beforeEach, expect, test } from 'vitest';
import { jointNames } from '../../src/geometry/personJoints.js';
import { perpixel } from '../helpers/perpixel.js';
import { temporaryFolder } from '../helpers/temporaryFolder.js';
import { writeTinyPose } from '../helpers/tinyPose.js';

let home: string;
let model: string;
const at = (name: string) => path.join(home, name);

/** The left is red, the right blue, the middle green. */
const places = [
  [30, 20],
  [45, 60],
  [70, 110],
] as const;
const truth = jointNames.map((name) => [...places[name.startsWith('left') ? 0 : name.startsWith('right') ? 2 : 1], 1]);

beforeEach(async () => {
  home = await temporaryFolder();
  model = await writeTinyPose(home);
  await mkdir(at('photos/b'), { recursive: true });
  const disks = places.map(
    ([x, y], c) => `<circle cx="${x + 0.5}" cy="${y + 0.5}" r="6" fill="${['red', 'lime', 'blue'][c]}"/>`,
  );
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="100" height="140">${disks.join('')}</svg>`;
  for (const name of ['photos/a.png', 'photos/b/c.png'])
    await sharp(Buffer.from(svg)).flatten({ background: '#444' }).toFile(at(name));
});

test('a folder: joints as JSON below the same tree, and the skeleton over the photo', async () => {
  const run = await perpixel(['pose', at('photos'), '-o', at('out'), '--model', model, '--pictures', '--quiet']);
  expect(run).toMatchObject({ code: 0, stderr: '' });
  expect((await readdir(at('out'), { recursive: true })).sort()).toEqual(
    ['a.joints.json', 'a.joints.picture.png', 'b', 'b/c.joints.json', 'b/c.joints.picture.png'].map((name) =>
      path.normalize(name),
    ),
  );
  const { joints } = JSON.parse(await readFile(at('out/a.joints.json'), 'utf8'));
  for (const [i, { name, x, y }] of joints.entries()) {
    expect(name).toBe(jointNames[i]);
    expect(Math.hypot(x - truth[i][0], y - truth[i][1])).toBeLessThan(2);
  }
  expect(await sharp(at('out/a.joints.picture.png')).metadata()).toMatchObject({
    width: 100,
    height: 140,
    channels: 3,
  });
});

test('heat maps as NPY; one photo to a file and to a pipe', async () => {
  const photo = at('photos/a.png');
  expect(await perpixel(['pose', photo, '-o', at('a.npy'), '--model', model])).toMatchObject({ code: 0 });
  expect((await readFile(at('a.npy'))).toString('latin1', 0, 128)).toMatch(/'shape': \(\d+, \d+, 14\)/);
  const piped = await perpixel(['pose', photo, '-o', '-', '--model', model]);
  expect(JSON.parse(piped.stdout).joints).toHaveLength(14);
});

test('perpixel eval pose: the table of the metrics', async () => {
  await writeFile(at('joints.json'), JSON.stringify({ 'a.png': truth }));
  const run = await perpixel(['eval', 'pose', at('photos'), '--truth', at('joints.json'), '--model', model, '--json']);
  expect(run).toMatchObject({ code: 0, stderr: '' });
  expect(JSON.parse(run.stdout)).toMatchObject({ images: 1, pck2: 100, pck5: 100 });
  await writeFile(at('joints.json'), JSON.stringify({ 'other.png': truth }));
  const lacking = await perpixel(['eval', 'pose', at('photos'), '--truth', at('joints.json'), '--model', model]);
  expect(lacking).toMatchObject({ code: 2, stderr: expect.stringMatching(/E_DATA.*no joints of a\.png/) });
});
