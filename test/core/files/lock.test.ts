import { readdir, rm, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { lock } from '../../../src/core/files/lock.js';
import { thisOwner } from '../../../src/core/files/owner.js';
import { temporaryFolder } from '../../helpers/temporaryFolder.js';

let folder: string;
let file: string;
const quick = { patienceMs: 200, beatMs: 20 };

beforeEach(async () => {
  folder = await temporaryFolder();
  file = path.join(folder, 'lock');
});

const left = (owner: object) => writeFile(file, JSON.stringify({ ...thisOwner(), ...owner }));

describe('a lock', () => {
  test('has one holder at a time, and leaves nothing', async () => {
    const held = await lock(file, quick);
    await expect(lock(file, { ...quick, subject: 'out.mp4' })).rejects.toMatchObject({
      code: 'E_WRITE',
      subject: 'out.mp4',
      received: expect.stringContaining(`process ${process.pid}`),
    });
    held.check();
    held.release();
    (await lock(file, quick)).release();
    expect(await readdir(folder)).toEqual([]);
  });

  test.skipIf(process.platform !== 'linux').each([
    ['whose number belongs to nobody', { pid: 2 ** 22 + 1 }],
    ['whose number was given to another process', { started: '1' }],
  ])('of a dead process, %s, is taken at once', async (_, owner) => {
    await left(owner);
    const held = await lock(file, { patienceMs: 60_000 });
    held.check();
    held.release();
  });

  test.each([
    ['of another container, which has our number', { space: 'another' }],
    ['of another computer or system', { started: undefined, space: undefined }],
  ])('%s, is taken when its holder has not shown itself', async (_, owner) => {
    await left(owner);
    (await lock(file, quick)).release();
    expect(await readdir(folder)).toEqual([]);
  });

  test('of another container that shows that it lives, is not', async () => {
    await left({ space: 'another' });
    const beat = setInterval(() => void utimes(file, new Date(), new Date()), 20);
    await expect(lock(file, quick)).rejects.toMatchObject({ code: 'E_WRITE' });
    clearInterval(beat);
  });

  test('that was left half written, is taken when nobody goes on with it', async () => {
    await writeFile(file, '');
    (await lock(file, quick)).release();
  });

  test('of a dead process is taken by one of many', async () => {
    await left({ space: 'another' });
    const taken = await Promise.allSettled(Array.from({ length: 8 }, () => lock(file, quick)));
    expect(taken.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const each of taken) if (each.status === 'fulfilled') each.value.release();
    expect(await readdir(folder)).toEqual([]);
  });

  test('that was lost is noticed, and left to whom it belongs now', async () => {
    const slept = await lock(file, quick);
    await rm(file);
    const held = await lock(file, quick);
    expect(() => slept.check()).toThrow(expect.objectContaining({ code: 'E_WRITE' }));
    slept.release();
    held.check();
    held.release();
  });

  test('where there is no folder for it: E_WRITE', async () => {
    await expect(lock(path.join(folder, 'a', 'lock'))).rejects.toMatchObject({ code: 'E_WRITE' });
  });
});
