import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { claimData } from '../../src/training/claimData.js';
import { temporaryFolder } from '../helpers/temporaryFolder.js';

let run: string;
const files = (...images: string[]) => ({ layout: 'folder' as const, files: images.map((image) => ({ image })) });
const written = async () => JSON.parse(await readFile(path.join(run, 'data.json'), 'utf8'));

beforeEach(async () => {
  run = await temporaryFolder();
  await claimData(run, { ...files('photos/a.jpg', 'photos/b.jpg'), held: [{ image: 'held/c.jpg' }] });
});

test('names every picture that is trained on or scored on', async () => {
  expect(await written()).toEqual({
    layout: 'folder',
    trained: [path.resolve('photos/a.jpg'), path.resolve('photos/b.jpg')],
    scored: [path.resolve('held/c.jpg')],
  });
});

test('the same pictures may have been moved, and be scored on others', async () => {
  await claimData(run, files('elsewhere/a.jpg', 'elsewhere/b.jpg'));
  expect(await written()).toMatchObject({ trained: [path.resolve('elsewhere/a.jpg'), expect.anything()], scored: [] });
});

test.each([
  ['another one', ['photos/a.jpg', 'photos/d.jpg']],
  ['one more', ['photos/a.jpg', 'photos/b.jpg', 'photos/d.jpg']],
  ['another order, which draws other examples', ['photos/b.jpg', 'photos/a.jpg']],
])('refuses to go on with %s', async (_, images) => {
  await expect(claimData(run, files(...images))).rejects.toMatchObject({
    code: 'E_CHECKPOINT',
    received: expect.stringContaining('other pictures, 2 of them'),
    cure: expect.stringContaining('--overwrite'),
  });
});

test.each(['{', '{}'])('a damaged list is said: %s', async (text) => {
  await writeFile(path.join(run, 'data.json'), text);
  await expect(claimData(run, files('photos/a.jpg'))).rejects.toMatchObject({ code: 'E_CHECKPOINT' });
});
