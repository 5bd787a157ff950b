import { chmod, mkdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { makeFolder } from '../../../src/core/files/makeFolder.js';
import { temporaryFolder } from '../../helpers/temporaryFolder.js';

test('a folder is made, with those that it lies in, also where it is there', async () => {
  const folder = path.join(await temporaryFolder(), 'a/b');
  for (let time = 0; time < 2; time++) await makeFolder(folder);
  expect((await stat(folder)).isDirectory()).toBe(true);
});

test.skipIf(process.platform === 'win32')('what keeps it from being made is told', async () => {
  const home = await temporaryFolder();
  await mkdir(path.join(home, 'shut'));
  await chmod(path.join(home, 'shut'), 0o500);
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) {
    await chmod(home, 0o755);
    process.seteuid?.(65_534);
  }
  try {
    await expect(makeFolder(path.join(home, 'shut/a/b'))).rejects.toMatchObject({ code: 'EACCES' });
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
  await chmod(path.join(home, 'shut'), 0o700);
  await rm(path.join(home, 'shut'), { recursive: true });
});
