import ndarray from 'ndarray';
import { expect, test } from 'vitest';
import { drawSkeleton } from '../../../src/answers/drawSkeleton.js';
import { joints as answer, type Pose } from '../../../src/answers/joints.js';
import { createModels } from '../../../src/engines/models.js';
import { jointNames, mirroredJoints } from '../../../src/geometry/personJoints.js';
import type { Raster } from '../../../src/images/raster.js';
import { findPose } from '../../../src/tasks/pose/findPose.js';
import { jointsOf } from '../../../src/tasks/pose/jointsOf.js';
import { lookAt } from '../../../src/tasks/pose/lookAt.js';
import { meanHeatmaps } from '../../../src/tasks/pose/meanHeatmaps.js';
import type { Quality } from '../../../src/tasks/task.js';
import { temporaryFolder } from '../../helpers/temporaryFolder.js';
import { writeTinyPose } from '../../helpers/tinyPose.js';

/** Where the red, the green and the blue disk are, and how large: the left, the middle and the right joints. */
interface Disks {
  places: readonly (readonly [x: number, y: number])[];
  radius: number;
}

/** A grey photo with three disks. */
function photoOf(width: number, height: number, { places, radius }: Disks): Raster {
  const data = new Uint8Array(height * width * 3).fill(90);
  for (let i = 0; i < height * width; i++) {
    for (const [c, [x, y]] of places.entries()) {
      if (Math.hypot((i % width) - x, Math.floor(i / width) - y) <= radius)
        data.set([0, 0, 0].fill(255, c, c + 1), 3 * i);
    }
  }
  return { pixels: ndarray(data, [height, width, 3]), metadata: { format: 'png', bitDepth: 8 } };
}

async function session() {
  const models = createModels({ model: await writeTinyPose(await temporaryFolder()), task: 'pose', threads: 1 });
  const opened = await models.open('pose');
  const run: typeof opened.run = (inputs) => opened.run(inputs);
  return { run, card: opened.model.card, [Symbol.asyncDispose]: () => models.dispose() };
}

const kindOf = (name: string) => (name.startsWith('left') ? 0 : name.startsWith('right') ? 2 : 1);

const figure: Disks = { places: [[60, 30], [40, 85], [25, 130]], radius: 7 }; // biome-ignore format: three places
test.each<[string, number, number, Disks, Quality]>([
  ['a portrait', 90, 150, figure, 'fast'],
  ['a portrait', 90, 150, figure, 'balanced'],
  ['a small one', 45, 75, { places: [[30, 15], [20, 42], [12, 65]], radius: 4 }, 'balanced'],
  ['a large one', 900, 1500, { places: [[600, 300], [400, 850], [250, 1300]], radius: 70 }, 'balanced'],
  ['a panorama in whose corner somebody is', 600, 200, { places: [[540, 40], [520, 70], [505, 100]], radius: 8 }, 'balanced'],
])('the joints of %s (%i x %i) are where they are', async (_, width, height, disks, quality) => {
  await using own = await session();
  const pose = await findPose(photoOf(width, height, disks), own.run, { card: own.card, quality });
  expect(pose.joints.map(({ name }) => name)).toEqual([...jointNames]);
  for (const { name, x, y, score } of pose.joints) {
    const [trueX, trueY] = disks.places[kindOf(name)];
    expect(Math.hypot(x - trueX, y - trueY)).toBeLessThan(0.6 * disks.radius);
    expect(score).toBeGreaterThan(0);
    expect(score).toBeLessThanOrEqual(1);
  }
  expect(pose.score).toBeCloseTo(pose.joints.reduce((sum, { score }) => sum + score, 0) / 14, 6);
}); // biome-ignore format: a table

test('of two people one answer comes out, whose joints are joints of theirs', async () => {
  await using own = await session();
  const other = figure.places.map(([x, y]) => [x + 90, y] as const);
  const photo = photoOf(180, 150, figure);
  const beside = photoOf(180, 150, { ...figure, places: other });
  for (let i = 0; i < photo.pixels.data.length; i++) {
    photo.pixels.data[i] = beside.pixels.data[i] === 90 ? photo.pixels.data[i] : beside.pixels.data[i];
  }
  const { joints } = await findPose(photo, own.run, { card: own.card, quality: 'balanced' });
  expect(joints).toHaveLength(14);
  for (const { name, x, y } of joints) {
    const away = [figure.places, other].map((places) =>
      Math.hypot(x - places[kindOf(name)][0], y - places[kindOf(name)][1]),
    );
    // Where the network cannot tell them apart, the place may lie on the one or the other.
    expect(Math.min(...away)).toBeLessThan(figure.radius);
  }
});

test('of a person whom the border cuts off all joints are answered, those outside near the photo and less surely', async () => {
  await using own = await session();
  const photo = photoOf(90, 100, figure);
  const { joints } = await findPose(photo, own.run, { card: own.card, quality: 'balanced' });
  const [seen, cut] = [0, 2].map((kind) => joints.filter(({ name }) => kindOf(name) === kind));
  for (const { x, y } of seen) expect(Math.hypot(x - 60, y - 30)).toBeLessThan(figure.radius);
  for (const { x, y, score } of cut) {
    expect(x).toBeGreaterThan(-16);
    expect(x).toBeLessThan(106);
    expect(y).toBeGreaterThan(-16);
    expect(y).toBeLessThan(116);
    expect(score).toBeLessThan(seen[0].score / 2);
  }
});

test('mirrored, left and right are told the other way round, at the same places', async () => {
  await using own = await session();
  const photo = photoOf(90, 150, figure);
  const box = { x: 0, y: 0, width: 90, height: 150 };
  const [straight, mirrored] = await Promise.all(
    [false, true].map((flip) => lookAt(photo, box, { ...own, longerSide: 150, mirrored: flip })),
  );
  const placesOf = ({ values }: typeof straight) => jointsOf(values).map(({ x, y }) => ({ x, y }));
  // This network goes by colours, which a mirror does not change; where left was there is now right.
  const expected = mirroredJoints.map((joint) => placesOf(straight)[joint]);
  for (const [i, { x, y }] of placesOf(mirrored).entries()) {
    expect(x).toBeCloseTo(expected[i].x, 0);
    expect(y).toBeCloseTo(expected[i].y, 0);
  }
  // With `best` both count.
  const { joints } = await findPose(photo, own.run, { card: own.card, quality: 'best' });
  const neck = joints.find(({ name }) => name === 'neck')!;
  expect(Math.hypot(neck.x - 40, neck.y - 85)).toBeLessThan(2);
});

test('the same twice, bit for bit; a grey photo is taken too', async () => {
  await using own = await session();
  const photo = photoOf(90, 150, figure);
  const how = { card: own.card, quality: 'best' } as const;
  const [first, second] = [await findPose(photo, own.run, how), await findPose(photo, own.run, how)];
  expect(second).toEqual(first);
  const grey: Raster = { ...photo, pixels: ndarray(new Uint8Array(40 * 30).fill(9), [40, 30, 1]) };
  const { joints, score } = await findPose(grey, own.run, how);
  expect(joints.every(({ x, y }) => Number.isFinite(x) && Number.isFinite(y))).toBe(true);
  // Nothing is likelier than anything else: of 25 positions around one, as many as there are at least.
  expect(score).toBeLessThan(0.2);
});

test('a model with other outputs is refused by name', async () => {
  const { card } = await session();
  const run = async () => ({ depth: { data: new Float32Array(1), dims: [1, 1, 1, 1] } });
  const photo = photoOf(32, 32, { places: [], radius: 0 });
  await expect(findPose(photo, run, { card, quality: 'fast' })).rejects.toMatchObject({
    code: 'E_MODEL',
    message: expect.stringMatching(/outputs depth 1 x 1 x 1 x 1; expected heatmaps 1 x 14/),
  });
});

/** One joint's map. */
const map = (columns: number, values: number[]) =>
  ndarray(Float32Array.from(values), [values.length / columns, columns, 1]);

test('a joint lies at the mean of the likeliest position and its neighbours', () => {
  const [{ x, y, score }] = jointsOf(map(5, [0, 0, 0, 0, 0, 0, 0, 0.5, 0.25, 0, 0, 0, 0.25, 0, 0, 0, 0, 0, 0, 0]));
  expect([x, y]).toEqual([2.25, 1.25]);
  expect(score).toBeCloseTo(1, 6);
  const [far] = jointsOf(map(9, [0.6, 0, 0, 0, 0, 0, 0, 0.1, 0.3]));
  expect(far).toMatchObject({ x: 0, y: 0, score: expect.closeTo(0.6, 6) });
});

test('heat maps of other places and steps count where they lie', () => {
  const first = { values: map(4, [0.25, 0.25, 0.25, 0.25]), x: 0, y: 0, step: 1 };
  const shifted = { values: map(4, [1, 0, 0, 0]), x: 2, y: 0, step: 1 };
  expect([...meanHeatmaps([first, shifted]).values.data]).toEqual([0.125, 0.125, 0.625, 0.125]);
  const coarse = { values: map(2, [0, 1]), x: 0, y: 0, step: 2 };
  // Between its two positions half, and beyond the last one falling off; in sum 1.
  expect([...meanHeatmaps([first, coarse]).values.data]).toEqual([0, 0.25, 0.5, 0.25].map((v) => 0.125 + v / 2));
});

const somebody = (x: number, score = 0.9): Pose => ({
  joints: jointNames.map((name, i) => ({ name, x: x + (i % 3), y: 5 * i, score })),
  score,
  heatmaps: { values: ndarray(new Float32Array(2 * 3 * 14), [2, 3, 14]), x: 1.23456, y: 2, step: 4 },
});

const beside = {
  photo: photoOf(8, 8, { places: [], radius: 0 }),
  facts: { photo: photoOf(8, 8, { places: [], radius: 0 }) },
} as never;

test('files hold plain numbers, to hundredths of a pixel', async () => {
  const json = JSON.parse(
    Buffer.from((await answer.encode(somebody(7.123456), { format: 'json' }, beside)) as Uint8Array).toString(),
  );
  expect(json.joints).toHaveLength(14);
  expect(json.joints[1]).toEqual({ name: 'right knee', x: 8.12, y: 5, score: 0.9 });
  expect(json.heatmaps).toEqual({ x: 1.235, y: 2, step: 4 });
  const npy = (await answer.encode(somebody(7), { format: 'npy' }, beside)) as Raster;
  expect(npy.pixels.shape).toEqual([2, 3, 14]);
});

test('the skeleton is drawn over the photo, the left in orange, the doubtful faintly', () => {
  const pixels = ndarray(new Float32Array(80 * 60).fill(0.5), [80, 60, 1]);
  const [x, y] = [somebody(20).joints[9].x, somebody(20).joints[9].y];
  const colourAt = (pose: Pose) => [0, 1, 2].map((c) => drawSkeleton(pixels, pose).get(y, x, c));
  const [red, , blue] = colourAt(somebody(20));
  expect(red - blue).toBeGreaterThan(0.8);
  const [faintRed, , faintBlue] = colourAt(somebody(20, 0.01));
  expect(faintRed - faintBlue).toBeGreaterThan(0.2);
  expect(faintRed - faintBlue).toBeLessThan(0.7);
  expect(drawSkeleton(pixels, somebody(20)).get(0, 59, 0)).toBe(0.5);
  // Outside the photo there is nothing to paint, and no error.
  expect(drawSkeleton(pixels, somebody(-500)).data.every((value) => value === 0.5)).toBe(true);
});

test('in a video joints that tremble are held, and one that jumps is followed at once', () => {
  const held = answer.video!.hold!(12);
  const noise = [0.5, -0.5, 0.4, -0.6, 0.5, -0.3, 0.2, -0.4];
  const xs = noise.map((dx) => held.next(somebody(20 + dx)).joints[0].x);
  const change = (values: number[]) => values.slice(1).reduce((sum, v, i) => sum + Math.abs(v - values[i]), 0);
  expect(change(xs)).toBeLessThan(change(noise) / 3);
  expect(held.next(somebody(90)).joints[0].x).toBeCloseTo(90, 6);
});
