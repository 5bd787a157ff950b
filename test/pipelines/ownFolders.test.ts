import { mkdir, readdir, symlink } from 'node:fs/promises';
import path from 'node:path';
import { lastValueFrom, toArray } from 'rxjs';
import { expect, test } from 'vitest';
import { decode } from '../../src/pipelines/decode.js';
import { encode } from '../../src/pipelines/encode.js';
import { files } from '../../src/pipelines/files.js';
import { ownFolders } from '../../src/pipelines/ownFolders.js';
import { unfinished } from '../../src/pipelines/unfinished.js';
import { noisyPhoto } from '../helpers/noisyPhoto.js';
import { temporaryFolder } from '../helpers/temporaryFolder.js';

/** What `June` and `june` are on many disks. */
async function oneFolderTwice(): Promise<string> {
  const folder = await temporaryFolder();
  await mkdir(path.join(folder, 'June'));
  await symlink('June', path.join(folder, 'june'));
  return folder;
}

test('a folder that is another one under a name in other letters is refused; one of its own is not', async () => {
  const [one, two] = [await oneFolderTwice(), await temporaryFolder()];
  const requireOwn = ownFolders();
  for (const folder of [one, two]) await requireOwn(path.join(folder, 'June'));
  await requireOwn(path.join(two, 'june'));
  await requireOwn(path.join(one, 'June'));
  await expect(requireOwn(path.join(one, 'june'))).rejects.toMatchObject({ code: 'E_WRITE' });
  expect((await readdir(two)).sort()).toEqual(['June', 'june']);
});

test.each([
  true,
  false,
])('photos of two folders that the disk takes for one: told of, unfinished() %s', async (asks) => {
  const [folder, out] = [await temporaryFolder(), await oneFolderTwice()];
  for (const [seed, month] of ['June', 'june'].entries()) {
    await mkdir(path.join(folder, month));
    await noisyPhoto({ width: 16, height: 16, seed }).toFile(path.join(folder, month, 'a.png'));
  }
  const listed = asks ? files(folder).pipe(unfinished(out, { shared: true })) : files(folder);
  const results = await lastValueFrom(listed.pipe(decode(), encode(out), toArray()));
  expect(results.map(({ status, error }) => [status, error?.code])).toEqual([
    ['done', undefined],
    ['failed', 'E_WRITE'],
  ]);
});
