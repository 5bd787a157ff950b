import { mkdir, symlink } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { peer } from '../../src/fleet/peers.js';
import { nameOf, placeOf } from '../../src/fleet/place.js';
import { withoutPassword } from '../../src/fleet/queue.js';
import { type Run, readyRun } from '../../src/fleet/run.js';
import { runKey } from '../../src/fleet/runKey.js';
import { temporaryFolder } from '../helpers/temporaryFolder.js';

const run: Run = {
  input: '/mnt/in',
  output: '/mnt/out',
  tasks: [{ name: 'denoise', options: { sigma: 12 } }],
  quality: 'balanced',
  limitPixels: 1000,
  sideFiles: {},
  overrides: {},
  models: '0'.repeat(64),
};
const places = (...names: string[]) => names.map((name) => placeOf(name));
const ready = (changed: object, roots?: ReturnType<typeof places>) => {
  const own = { ...run, ...changed } as Run;
  return readyRun(runKey(own), JSON.stringify(own), roots);
};

test('a run is what decides its results, in whatever order it is written down', async () => {
  const { tasks, ...rest } = run;
  expect(runKey({ ...rest, tasks })).toBe(runKey(run));
  expect(runKey(run)).toMatch(/^denoise-[0-9a-f]{12}$/);
  const others = [{ quality: 'best' }, { models: '1'.repeat(64) }, { input: '/mnt/other' }, { format: 'png' }];
  const keys = others.map((other) => runKey({ ...run, ...other } as Run));
  expect(new Set([runKey(run), ...keys]).size).toBe(5);
  expect(await ready({})).toMatchObject({
    asked: [{ options: { sigma: 12, strength: 1 } }],
    output: { folder: path.join('/mnt/out', runKey(run)) },
  });
});

test.each<[object, string]>([
  [{ tasks: [{ name: 'denoise', options: { sigma: 1000 } }] }, 'sigma: 1000; expected at most 75'],
  [{ tasks: [{ name: 'format-disk', options: {} }] }, 'a task named format-disk'],
  [{ tasks: [{ name: 'constructor', options: {} }] }, 'a task named constructor'],
  [{ tasks: [] }, 'at least 1'],
  [{ quality: 'loud' }, 'quality: loud'],
  [{ command: 'rm' }, 'command: rm'],
  [{ output: 'http://elsewhere/' }, 'expected a folder, or s3://bucket/prefix'],
  [{ output: 's3://key:secret@bucket/x' }, 'without credentials'],
  [{ output: 's3://bucket/a/../../b' }, 'expected a folder, or s3://bucket/prefix'],
  [{ tasks: [{ name: 'inpaint', options: { mask: { path: '/etc' } } }] }, 'something else than a path as mask'],
])('what stands in the queue is checked as if it were typed: %j', async (changed, message) => {
  await expect(ready(changed)).rejects.toMatchObject({ code: 'E_OPTION', message: expect.stringContaining(message) });
});

test('a run that was changed under its name is refused', async () => {
  const text = JSON.stringify({ ...run, limitPixels: 2000 });
  await expect(readyRun(runKey(run), text)).rejects.toThrow('does not fit its name');
  await expect(readyRun(runKey(run), 'no JSON')).rejects.toMatchObject({ code: 'E_OPTION' });
});

test('a worker with roots reads and writes below them alone, by whatever name or link', async () => {
  const folder = await temporaryFolder();
  const root = path.join(folder, 'root');
  await mkdir(path.join(root, 'in'), { recursive: true });
  await mkdir(path.join(folder, 'secret'));
  await symlink(path.join(folder, 'secret'), path.join(root, 'link'));
  const output = path.join(root, 'out');
  const roots = places(root, 's3://bucket/photos');
  await ready({ input: path.join(root, 'in'), output }, roots);
  await ready({ input: 's3://bucket/photos/2019', output }, roots);
  const outside = [
    { input: path.join(folder, 'secret'), output },
    { input: path.join(root, 'link'), output },
    { input: `${root}-2`, output },
    { input: path.join(root, '..', 'secret'), output },
    { input: output, output: path.join(root, 'link', 'new') },
    { input: 's3://bucket/photos-2', output },
    { input: 's3://other/photos', output },
    { input: output, output, sideFiles: { saveKernel: '/tmp/kernels' } },
    { input: output, output, model: '/etc/passwd.onnx' },
    { input: output, output, tasks: [{ name: 'inpaint', options: { mask: '/etc' } }] },
  ];
  for (const each of outside)
    await expect(ready(each, roots), JSON.stringify(each)).rejects.toThrow('outside the roots');
});

test('the name of a place gives the same place', () => {
  for (const name of ['/a/b', 's3://bucket', 's3://bucket/a/b']) expect(nameOf(placeOf(name))).toBe(name);
  expect(nameOf(placeOf('s3://bucket/a/'))).toBe('s3://bucket/a');
});

test('no password of an address is shown', () => {
  expect(withoutPassword('rediss://user:secret@host:6380/2')).toBe('rediss://host:6380/2');
  for (const wrong of ['http://user:secret@host', 'user:secret@host', 'redis://user:se cret@ho st']) {
    expect(() => withoutPassword(wrong)).toThrow('no address of a Redis');
    expect(() => withoutPassword(wrong)).not.toThrow('secret');
  }
});

test('PostgreSQL is refused, with what is to be had in its place', () => {
  for (const url of ['postgres://user:secret@host/db', 'postgresql://host:5432']) {
    expect(() => withoutPassword(url)).toThrow(/the address of a PostgreSQL; .*start a Redis/);
    expect(() => withoutPassword(url)).not.toThrow('secret');
  }
});

test('a package that is missing is named with its cure', async () => {
  const missing = Object.assign(new Error("Cannot find package 'ioredis'"), { code: 'ERR_MODULE_NOT_FOUND' });
  await expect(peer('ioredis', () => Promise.reject(missing))).rejects.toMatchObject({
    code: 'E_PROGRAM',
    message: expect.stringContaining('Run `npm install bullmq@6 ioredis@6`.'),
  });
  await expect(peer('bullmq', async () => 1)).resolves.toBe(1);
  const broken = new SyntaxError('broken');
  await expect(peer('bullmq', () => Promise.reject(broken))).rejects.toBe(broken);
});
