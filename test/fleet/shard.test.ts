import { expect, test } from 'vitest';
import { random } from '../../src/core/random.js';
import { jobSchema, shardId, shardSchema, siblingsOf } from '../../src/fleet/shard.js';
import { outputNames } from '../../src/pipelines/outputNames.js';

test('the siblings of a photo are enough to name its results as in its whole folder', () => {
  const r = random(1, 'siblings');
  const stems = ['a', 'A', 'b', 'a.jpg', 'a.b', 'ab', 'a.jpg-2', 'é', 'e\u0301'];
  const extensions = ['.jpg', '.JPG', '.png', '.tif', '.jpg.png'];
  for (let i = 0; i < 500; i++) {
    const possible = new Set(stems.flatMap((stem) => extensions.map((extension) => stem + extension)));
    const names = [...possible].filter(() => r.chance(0.3));
    const siblings = siblingsOf(names);
    for (const naming of [
      {},
      { format: 'png' },
      { suffix: 'depth', format: 'png' },
      { suffix: 'kernel', format: 'npy' },
    ]) {
      const all = outputNames(names, naming);
      for (const name of names) {
        expect(outputNames(siblings(name) ?? [name], naming).get(name), `${name} of ${names}`).toBe(all.get(name));
      }
    }
  }
});

test('a photo that is named like no other carries no siblings', () => {
  expect(siblingsOf(['a.jpg', 'b.jpg', 'ab.jpg'])('a.jpg')).toBeUndefined();
});

test('a job is named by its photos as they are, in their folder, for their run', () => {
  const shard = { run: 'denoise-1', folder: 'a', photos: [{ name: 'x.jpg', identity: '1-2' }] };
  const others = [
    { ...shard, run: 'denoise-2' },
    { ...shard, folder: 'b' },
    { ...shard, photos: [{ name: 'y.jpg', identity: '1-2' }] },
    { ...shard, photos: [{ name: 'x.jpg', identity: '1-3' }] },
  ];
  const ids = [shard, ...others].map(shardId);
  expect(new Set(ids).size).toBe(5);
  expect(shardId(structuredClone(shard))).toBe(ids[0]);
});

test.each([
  { folder: '../secret' },
  { folder: 'a/../../b' },
  { folder: '/etc' },
  { folder: 'a//b' },
  { photos: [{ name: '../x.jpg', identity: '1' }] },
  { photos: [{ name: 'a/x.jpg', identity: '1' }] },
  { photos: [{ name: '..', identity: '1' }] },
  { photos: [{ name: 'x\0.jpg', identity: '1' }] },
  { photos: [{ name: 'x.jpg', identity: '1', siblings: ['../y.jpg'] }] },
  { photos: [] },
  { run: '../x' },
  { more: 1 },
])('no job leads out of its input: %j', (wrong) => {
  const shard = { run: 'denoise-1', folder: 'a/b', photos: [{ name: 'x.jpg', identity: '1-2' }] };
  expect(shardSchema.safeParse(shard).success).toBe(true);
  expect(shardSchema.safeParse({ ...shard, ...wrong }).success).toBe(false);
});

test.each([
  { folder: '/etc' },
  { video: { name: '../x.mp4', identity: '1' } },
  { video: { name: 'a/x.mp4', identity: '1' } },
  { video: { name: 'x.mp4' } },
  { part: 8 },
  { part: -1 },
  { part: 0.5 },
  { parts: 1e9 },
  { photos: [{ name: 'x.jpg', identity: '1' }] },
  { run: '../x' },
  { more: 1 },
])('nor does one of a video: %j', (wrong) => {
  const job = { run: 'denoise-1', folder: 'a/b', video: { name: 'x.mp4', identity: '1-2' }, part: 7, parts: 8 };
  const { part: _, parts: __, ...whole } = job;
  for (const right of [job, whole]) {
    expect(jobSchema(right).safeParse(right).success).toBe(true);
    const data = { ...right, ...wrong };
    // A part without the number of all, too.
    expect(jobSchema(data).safeParse(data).success, JSON.stringify(data)).toBe(false);
  }
});
