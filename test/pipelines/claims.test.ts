import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { from, lastValueFrom, type OperatorFunction, take, toArray } from 'rxjs';
import { beforeEach, expect, test } from 'vitest';
import { writeWhole } from '../../src/core/files/writeWhole.js';
import { type FileResult, fileResult, type PictureFile } from '../../src/pipelines/items.js';
import { stage } from '../../src/pipelines/stage.js';
import { unfinished } from '../../src/pipelines/unfinished.js';
import { temporaryFolder } from '../helpers/temporaryFolder.js';

let out: string;
beforeEach(async () => {
  out = await temporaryFolder();
});

const names = Array.from({ length: 12 }, (_, i) => `${i}.png`);
const listed = (name: string): PictureFile => ({
  ...{ status: 'listed', path: path.join('photos', name), relative: name, siblings: names, bytes: 1 },
});

/** Work that takes a while, and fails for some. */
function slow(
  worked: string[],
  fails: (name: string) => boolean = () => false,
): OperatorFunction<PictureFile | FileResult, FileResult> {
  return stage<PictureFile, FileResult>(
    ({ path: file }) => file,
    async ({ path: file, relative }) => {
      worked.push(relative);
      await sleep(15);
      if (fails(relative)) throw new TypeError('broken');
      await writeWhole(path.join(out, relative), (temporary) => writeFile(temporary, relative));
      return fileResult('done', file);
    },
    { concurrency: 2 },
  ) as OperatorFunction<PictureFile | FileResult, FileResult>;
}

const run = (worked: string[], fails?: (name: string) => boolean) =>
  lastValueFrom(from(names.map(listed)).pipe(unfinished(out, { shared: true }), slow(worked, fails), toArray()));

test('three runs at once: each photo is done by one of them, all of them end with all, and nothing else is left', async () => {
  const worked: string[] = [];
  const results = await Promise.all([1, 2, 3].map(() => run(worked)));
  expect(worked.toSorted()).toEqual(names.toSorted());
  for (const each of results)
    expect(each.map(({ input }) => path.basename(input)).toSorted()).toEqual(names.toSorted());
  expect((await readdir(out)).toSorted()).toEqual(names.toSorted());
});

test('a photo that failed is released: another run may do it', async () => {
  const worked: string[] = [];
  await run(worked, (name) => name === '3.png');
  const [result] = (await run(worked)).filter(({ status }) => status === 'done');
  expect(path.basename(result.input)).toBe('3.png');
  expect(await readdir(out)).toHaveLength(names.length);
});

test('who stops lets go of what he had claimed', async () => {
  await lastValueFrom(from(names.map(listed)).pipe(unfinished(out, { shared: true }), take(3)));
  expect(await readdir(out)).toEqual([]);
});

test.skipIf(process.platform !== 'linux')('what a killed run had claimed is done at once', async () => {
  await writeFile(
    path.join(out, `.perpixel-${'0'.repeat(16)}.lock`),
    JSON.stringify({ ...(await import('../../src/core/files/owner.js')).thisOwner(), started: '1' }),
  );
  await run([]);
  expect((await readdir(out)).toSorted()).toEqual(names.toSorted());
});
