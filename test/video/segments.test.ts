import { existsSync } from 'node:fs';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { openSegments, type SegmentFolder, segmentFile } from '../../src/video/segments.js';
import { temporaryFolder } from '../helpers/temporaryFolder.js';

let output: string;
let parts: string;

beforeEach(async () => {
  output = path.join(await temporaryFolder(), 'out.mp4');
  parts = `${output}.parts`;
});

async function add(folder: SegmentFolder, index: number, frames = 10): Promise<void> {
  const file = segmentFile(folder.path, { index, pts: index });
  await writeFile(file, `${frames} frames`);
  await folder.add({ file, index, pts: index, frames, next: index + frames, lastPts: index + frames - 1 });
}

async function begun(job: unknown, ...indices: number[]): Promise<void> {
  const folder = await openSegments(output, job);
  for (const index of indices) await add(folder, index);
  folder.release();
}

const starts = async (job: unknown) => {
  const folder = await openSegments(output, job);
  const found = folder.segments.map(({ index }) => index);
  folder.release();
  return found;
};

test('a job goes on with what an earlier run of it finished, another one begins anew', async () => {
  await begun({ sigma: 5 }, 0, 10);
  expect(await starts({ sigma: 5 })).toEqual([0, 10]);
  expect(await starts({ sigma: 6 })).toEqual([]);
});

test('a segment that has just got its manifest stays when the job is given up in that moment', async () => {
  const folder = await openSegments(output, 'job');
  const adding = add(folder, 0);
  await expect.poll(() => existsSync(path.join(parts, '00000000_0.json')), { interval: 0 }).toBe(true);
  (folder.segments as unknown[]).length = 0; // As before the folder is synced.
  folder.release();
  await adding;
  expect(await starts('job')).toEqual([0]);
});

test.each([
  ['has no manifest', () => rm(path.join(parts, '00000010_10.json'))],
  ['is shorter than it was', () => writeFile(path.join(parts, '00000010_10.nut'), 'half')],
  ['has half a manifest', () => writeFile(path.join(parts, '00000010_10.json'), '{"index":10,')],
  ['is not there', () => rm(path.join(parts, '00000010_10.nut'))],
])('a segment that %s does not count, nor do those after it', async (_, spoil) => {
  await begun('job', 0, 10, 20);
  await spoil();
  expect(await starts('job')).toEqual([0]);
  expect((await readdir(parts)).filter((name) => /^\d/.test(name))).toEqual(['00000000_0.json', '00000000_0.nut']);
});

test.each([
  ['of the user', { 'original.mp4': 'dear', 'notes.txt': 'to me' }],
  ['with a marker that says something else', { 'perpixel-video.json': '{"madeBy":"me"}', '00000000_0.nut': '' }],
])('a folder %s is left alone', async (_, files) => {
  await mkdir(parts);
  for (const [name, text] of Object.entries(files)) await writeFile(path.join(parts, name), text);
  await expect(openSegments(output, 'job')).rejects.toMatchObject({ code: 'E_WRITE', subject: parts });
  expect((await readdir(parts)).sort()).toEqual(Object.keys(files).sort());
});

test('what somebody put into our folder stays there', async () => {
  await begun('job', 0);
  await writeFile(path.join(parts, 'notes.txt'), 'mine');
  (await openSegments(output, 'another')).remove();
  expect(await readdir(parts)).toEqual(['notes.txt']);
});

test('a folder in which nothing was finished goes, and an empty one is taken', async () => {
  await mkdir(parts);
  await begun('job');
  await expect(readdir(parts)).rejects.toThrow('ENOENT');
});

test('one run at a time', async () => {
  const folder = await openSegments(output, 'job');
  await expect(openSegments(output, 'job')).rejects.toMatchObject({
    code: 'E_WRITE',
    subject: output,
    received: expect.stringContaining('another run'),
  });
  folder.remove();
  expect(await starts('job')).toEqual([]);
});

test('no folder can be made', async () => {
  await writeFile(output, '');
  await expect(openSegments(path.join(output, 'a.mp4'), 'job')).rejects.toMatchObject({ code: 'E_WRITE' });
});
