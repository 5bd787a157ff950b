import { mkdir, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, expect, test } from 'vitest';
import { writeWhole } from '../../src/core/files/writeWhole.js';
import type { PictureFile } from '../../src/pipelines/items.js';
import { resultBefore } from '../../src/pipelines/resultBefore.js';
import { temporaryFolder } from '../helpers/temporaryFolder.js';

let home: string;
const at = (name: string) => path.join(home, name);

async function photo(name: string, taken: string): Promise<PictureFile> {
  await mkdir(path.dirname(at(name)), { recursive: true });
  await writeFile(at(name), 'photo');
  await utimes(at(name), new Date(taken), new Date(taken));
  const { mtime: modified } = await stat(at(name));
  return { status: 'listed', path: at(name), relative: path.basename(name), siblings: [], bytes: 5, modified };
}

const write = async (temporary: string) => {
  await writeFile(temporary, 'result');
  await sleep(20); // As an encoder takes: its file is not made and renamed in one tick of the clock.
};
const result = ({ modified }: PictureFile) => writeWhole(at('out/x.png'), write, { modified });

beforeEach(async () => {
  home = await temporaryFolder();
  await mkdir(at('out'));
});

test('work is due where nothing is there, or where it is to be done again', async () => {
  const a = await photo('a/x.png', '2001-02-03');
  expect(await resultBefore(a, at('out/x.png'), false)).toBeUndefined();
  await result(a);
  expect(await resultBefore(a, at('out/x.png'), true)).toBeUndefined();
});

test('its own result was there before; a file that says nothing is taken for it', async () => {
  const a = await photo('a/x.png', '2001-02-03');
  await result(a);
  expect(await resultBefore(a, at('out/x.png'), false)).toMatchObject({ status: 'skipped' });
  await writeFile(at('out/x.png'), 'copied');
  expect(await resultBefore(a, at('out/x.png'), false)).toMatchObject({ status: 'skipped' });
});

test.each([false, true])('a folder of its name is no result, overwrite %s', async (overwrite) => {
  const a = await photo('a/x.png', '2001-02-03');
  await mkdir(at('out/x.png'));
  expect(await resultBefore(a, at('out/x.png'), overwrite)).toMatchObject({
    status: 'failed',
    error: { code: 'E_WRITE', received: 'a folder of this name' },
  });
});

test.skipIf(process.platform === 'darwin')('another photo’s result is not its own', async () => {
  const [a, b] = [await photo('a/x.png', '2001-02-03'), await photo('b/x.png', '2002-03-04')];
  await result(a);
  expect(await resultBefore(b, at('out/x.png'), false)).toMatchObject({
    status: 'failed',
    error: {
      code: 'E_WRITE',
      received: expect.stringContaining('another photo'),
      cure: expect.stringContaining('--overwrite'),
    },
  });
});

test.each([false, true])('the photo itself is never written over, overwrite %s', async (overwrite) => {
  const a = await photo('a/x.png', '2001-02-03');
  expect(await resultBefore(a, at('a/x.png'), overwrite)).toMatchObject({
    status: 'failed',
    error: { code: 'E_WRITE' },
  });
});
