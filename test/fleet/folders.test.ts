import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort, type RedisServer, startRedis } from '../helpers/fleetServers.js';
import { noisyPhoto } from '../helpers/noisyPhoto.js';
import { perpixel } from '../helpers/perpixel.js';
import { startPerpixel } from '../helpers/startPerpixel.js';
import { temporaryFolder } from '../helpers/temporaryFolder.js';
import { writeTinyDenoiser } from '../helpers/tinyDenoiser.js';

let redis: RedisServer;
let data: string;

beforeAll(async () => {
  data = await mkdtemp(path.join(tmpdir(), 'perpixel-test-redis-'));
  redis = await startRedis(data);
});
afterAll(async () => {
  await redis.stop();
  await rm(data, { recursive: true });
});

/** A photo folder, a model that takes no time, and commands of a fleet on a queue of their own. */
async function fleet(names: readonly string[]) {
  const folder = await temporaryFolder();
  const inFolder = path.join(folder, 'in');
  for (const [i, name] of names.entries()) {
    const file = path.join(inFolder, name);
    await mkdir(path.dirname(file), { recursive: true });
    await noisyPhoto({ seed: i + 1 }).toFile(file);
  }
  const model = await writeTinyDenoiser(folder);
  const queue = path.basename(folder);
  const start = (args: readonly string[], env: Record<string, string> = {}) =>
    startPerpixel(args, { code: 'built', env: { REDIS_URL: redis.url, ...env } });
  const run = (...args: string[]) => perpixel(['fleet', ...args, '--redis', redis.url, '--queue', queue]);
  const output = path.join(folder, 'out');
  const add = (...args: string[]) => run('add', inFolder, '-o', output, 'denoise', '--model', model, '--json', ...args);
  return {
    ...{ folder, inFolder, output, model, queue, start, run, add },
    work: (...args: string[]) =>
      start(['fleet', 'work', '--until-done', '--lock', '2', '--queue', queue, ...args]).ended,
    status: async () => JSON.parse((await run('status', '--json')).stdout),
    /** What `add` says at its end. */
    added: async (...args: string[]) => JSON.parse((await add(...args)).stdout.trim().split('\n').at(-1)!),
    plain: async (...args: string[]) => {
      const own = path.join(folder, 'plain');
      await perpixel(['denoise', inFolder, '-o', own, '--model', model, ...args]);
      return contentsOf(own);
    },
  };
}

/** All files below a folder, hidden ones too, with what is in them. */
async function contentsOf(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  const contents = files.sort().map(async (file) => [path.relative(folder, file), await readFile(file, 'base64')]);
  return Object.fromEntries(await Promise.all(contents));
}

const NAMES = ['a/1.jpg', 'a/1.png', 'a/2.png', 'b/3.webp', 'b/deep/4.tif', '5.png'];

test('the results are those of the plain command, each once, however often they are added', async () => {
  const { output, run, add, added, work, status, plain } = await fleet(NAMES);
  const first = await added('--sigma', '20', '--shard', '2');
  expect(first).toMatchObject({ queued: 6, waiting: 0, done: 0, failed: 0 });
  expect(await added('--sigma', '20', '--shard', '2')).toMatchObject({ queued: 0, waiting: 6, run: first.run });
  expect(await status()).toMatchObject({ done: 0, left: 6, failed: 0 });
  const watching = run('status', '--json', '--watch');
  expect(await work('--concurrency', '2')).toMatchObject({ code: 0 });
  expect(await status()).toMatchObject({ done: 6, left: 0, failed: 0, jobs: { waiting: 0, active: 0 } });
  const watched = await watching;
  const lines = watched.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(watched.code).toBe(0);
  expect(lines[0]).toMatchObject({ done: 0, left: 6 });
  expect(lines.at(-1)).toMatchObject({ done: 6, left: 0 });
  expect(lines.filter(({ left }) => left === 0)).toHaveLength(1);
  const expected = await plain('--sigma', '20');
  expect(Object.keys(expected)).toHaveLength(6);
  expect(await contentsOf(first.output)).toEqual(expected);

  expect(await added('--sigma', '20', '--shard', '2')).toMatchObject({ queued: 0, done: 6 });
  const other = await added('--sigma', '30');
  expect(other).toMatchObject({ queued: 6, done: 0 });
  expect(other.output).not.toBe(first.output);
  await work();
  expect(await readdir(output)).toEqual([first.run, other.run].sort());
  expect(Object.keys(await contentsOf(other.output))).toEqual(Object.keys(expected));
  expect(await contentsOf(first.output)).toEqual(expected);
  expect(await status()).toMatchObject({ done: 12, left: 0 });
  expect((await add('--sigma', '-1')).stderr).toContain('--sigma: -1; expected at least 0');
});

const HEIC = new URL('../images/fixtures/phone-8.heic', import.meta.url);

test('every task, its files, its pictures and a region are those of its own command; so is a HEIC', async () => {
  const { folder, inFolder, run, work, status } = await fleet([]);
  await mkdir(inFolder, { recursive: true });
  await noisyPhoto({ width: 96, height: 64 }).toFile(path.join(inFolder, 'room.jpg'));
  const slices = path.join(folder, 'slices');
  await mkdir(slices);
  await noisyPhoto({ width: 64, height: 64 }).greyscale().toFile(path.join(slices, 'slice.png'));
  await copyFile(HEIC, path.join(inFolder, 'phone.heic'));
  const asked: [input: string, task: string, ...options: string[]][] = [
    [slices, 'membranes', '--cells', '--pictures'],
    [inFolder, 'depth,normals', '--pictures', '--colours', 'magma', '--near', '1'],
    [inFolder, 'depth', '--format', 'ply'],
    [inFolder, 'depth', '--format', 'exr', '--region', '2,1,9,7'],
    [inFolder, 'labels', '--region', '2,1,9,7'],
    [inFolder, 'pose'],
    [inFolder, 'denoise', '--quality', 'fast', '--format', 'png', '--region', '2,1,9,7'],
  ];
  const runs: string[] = [];
  for (const [i, [input, ...task]] of asked.entries()) {
    const output = path.join(folder, `fleet-${i}`);
    const { code, stdout } = await run('add', input, '-o', output, ...task, '--json');
    expect(code, task.join(' ')).toBe(0);
    runs.push(JSON.parse(stdout.trim().split('\n').at(-1)!).output);
  }
  await work('--threads', '1');
  expect(await status()).toMatchObject({ left: 0, failures: [] });
  for (const [i, [input, task, ...options]] of asked.entries()) {
    const output = path.join(folder, `plain-${i}`);
    await perpixel([task, input, '-o', output, ...options, '--threads', '1']);
    const expected = await contentsOf(output);
    expect(Object.keys(expected).length, task).toBeGreaterThan(0);
    expect(await contentsOf(runs[i]), [task, ...options].join(' ')).toEqual(expected);
  }
});

test('a photo that fails is named with why, the others are done; mended, it is done by retry; drain forgets', async () => {
  const { inFolder, added, work, status, run, output } = await fleet(['1.png', '2.png', '3.png']);
  await writeFile(path.join(inFolder, 'bad.png'), 'no picture');
  const { run: key } = await added();
  const { code, stderr } = await work();
  expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining('bad.png: text; expected') });
  const bad = { photos: ['bad.png'], reason: expect.stringMatching(/^E_FORMAT {2}.*bad\.png: text; expected/) };
  expect(await status()).toMatchObject({ done: 3, failed: 1, left: 0, failures: [bad] });
  const told = await run('status');
  expect(told).toMatchObject({ code: 1, stdout: expect.stringContaining('3 done, 1 failed, 0 left') });
  expect(Object.keys(await contentsOf(path.join(output, key)))).toHaveLength(3);

  expect((await run('retry')).stdout).toBe('1 queued again\n');
  expect(await status()).toMatchObject({ done: 3, failed: 0, left: 1 });
  await work();
  expect(await status()).toMatchObject({ done: 3, failed: 1, left: 0 });

  await added('--sigma', '30');
  expect(await status()).toMatchObject({ failed: 1, left: 4 });
  await run('drain');
  expect(await status()).toMatchObject({ failed: 1, left: 0 });
  await run('drain', '--failed');
  expect(await status()).toMatchObject({ done: 0, failed: 0, left: 0, runs: [] });
});

test('a photo that was changed since it was added fails, and what it was before stays', async () => {
  const { inFolder, added, work, status } = await fleet(['1.png', '2.png']);
  await added();
  await noisyPhoto({ seed: 9, width: 30 }).toFile(path.join(inFolder, '2.png'));
  await work();
  expect(await status()).toMatchObject({
    done: 1,
    failed: 1,
    failures: [{ photos: ['2.png'], reason: expect.stringContaining('was changed since it was added') }],
  });
});

/** Ends this process, or the worker with it, where a photo of that name is opened. */
async function deadly(folder: string, name: string, whom: 'pid' | 'ppid'): Promise<Record<string, string>> {
  const file = path.join(folder, 'deadly.cjs');
  await writeFile(
    file,
    `const files = require('node:fs/promises');
     const { open } = files;
     files.open = (file, ...rest) => {
       if (String(file).endsWith(${JSON.stringify(name)})) process.kill(process.${whom}, 'SIGKILL');
       return open(file, ...rest);
     };
     require('node:module').syncBuiltinESMExports();`,
  );
  return { NODE_OPTIONS: `--require ${file}` };
}

test('a photo that ends its process each time fails, named; the rest is done', async () => {
  const { folder, queue, start, added, status, plain } = await fleet(['1.png', '2.png', '3.png', '4.png']);
  const { output } = await added();
  const env = await deadly(folder, '3.png', 'pid');
  const { code } = await start(['fleet', 'work', '--until-done', '--queue', queue], env).ended;
  expect(code).toBe(1);
  const reason = expect.stringMatching(
    /^E_ENGINE {2}3\.png: the process that worked on it ended: it was ended by SIGKILL/,
  );
  expect(await status()).toMatchObject({ done: 3, failed: 1, left: 0, failures: [{ photos: ['3.png'], reason }] });
  const { '3.png': _, ...others } = await plain();
  expect(await contentsOf(output)).toEqual(others);
});

test('a photo that ends its whole worker three times fails, named; the rest is done', async () => {
  const { folder, queue, start, added, status, plain } = await fleet(['1.png', '2.png', '3.png', '4.png']);
  const { output } = await added();
  const env = await deadly(folder, '3.png', 'ppid');
  const args = ['fleet', 'work', '--until-done', '--lock', '1', '--queue', queue];
  // Once with the others, and three times alone; the last finds it out.
  const codes: number[] = [];
  do codes.push((await start(args, env).ended).code);
  while (codes.at(-1) === 137);
  expect(codes).toEqual([137, 137, 137, 137, 1]);
  const reason = expect.stringContaining('it took its worker along 3 times');
  expect(await status()).toMatchObject({ done: 3, failed: 1, left: 0, failures: [{ photos: ['3.png'], reason }] });
  const { '3.png': _, ...others } = await plain();
  expect(await contentsOf(output)).toEqual(others);
});

test('a photo that hangs is given up, and the rest is done', async () => {
  const { folder, queue, start, added, status } = await fleet(['1.png', '2.png']);
  await added();
  const file = path.join(folder, 'hanging.cjs');
  await writeFile(
    file,
    `const files = require('node:fs/promises');
     const { open } = files;
     files.open = (file, ...rest) => String(file).endsWith('2.png') ? new Promise(() => {}) : open(file, ...rest);
     require('node:module').syncBuiltinESMExports();`,
  );
  const args = ['fleet', 'work', '--until-done', '--patience', '4', '--queue', queue];
  await start(args, { NODE_OPTIONS: `--require ${file}` }).ended;
  const reason = expect.stringContaining('it showed no progress for 4 s');
  expect(await status()).toMatchObject({ done: 1, failed: 1, failures: [{ photos: ['2.png'], reason }] });
});

test('a worker that is told to end gives its photos back, and leaves nothing half done', async () => {
  const { queue, start, added, status, work, plain } = await fleet(NAMES);
  const { output } = await added();
  const { child, ended } = start(['fleet', 'work', '--queue', queue, '--json']);
  while ((await status()).jobs.active === 0) await sleep(50);
  child.kill('SIGTERM');
  expect((await ended).code).toBe(130);
  const { jobs, done, left } = await status();
  expect({ active: jobs.active, all: done + left }).toEqual({ active: 0, all: 6 });
  expect(Object.keys(await contentsOf(output)).filter((file) => file.includes('.perpixel'))).toEqual([]);
  await work();
  expect(await status()).toMatchObject({ done: 6, left: 0 });
  expect(await contentsOf(output)).toEqual(await plain());
});

test('metrics are those of the worker and of the queue, in the format of Prometheus', async () => {
  const { queue, start, added } = await fleet(NAMES);
  const port = await freePort();
  await added();
  const { child } = start(['fleet', 'work', '--metrics', String(port), '--queue', queue]);
  let text = '';
  while (!text.includes('queue_photos{state="done"} 6\n')) {
    await sleep(100);
    const answer = await fetch(`http://127.0.0.1:${port}/metrics`).catch(() => undefined);
    text = (await answer?.text()) ?? '';
  }
  child.kill('SIGTERM');
  expect(text).toContain('# TYPE perpixel_fleet_photos_total counter\nperpixel_fleet_photos_total{status="done"} 6\n');
  expect(text).toContain('perpixel_fleet_workers 1\n');
  for (const line of text.trim().split('\n')) {
    expect(line).toMatch(/^(# (HELP|TYPE) \w+ .+|[a-z_]+(\{[a-z]+="\w+"\})? [\d.e+-]+)$/);
  }
});

test('no password is in the queue, nor told', async () => {
  const client = new Redis(redis.url);
  try {
    await client.acl('SETUSER', 'perpixel', 'on', '>swordfish', 'allkeys', 'allchannels', 'allcommands');
    const url = redis.url.replace('//', '//perpixel:swordfish@');
    const { inFolder, output, model, queue, start } = await fleet(['1.png', '2.png']);
    await writeFile(path.join(inFolder, 'bad.png'), 'no picture');
    const said: string[] = [];
    const args = ['add', inFolder, '-o', output, 'denoise', '--model', model];
    for (const each of [args, ['work', '--until-done'], ['status', '--json'], ['status', '--redis', `${url}1`]]) {
      const { stdout, stderr } = await start(['fleet', ...each, '--queue', queue], { REDIS_URL: url }).ended;
      said.push(stdout, stderr);
    }
    expect(said.join('')).toContain('3 queued');
    expect(said.join('')).not.toContain('swordfish');
    for (const key of await client.keys('*')) {
      const type = await client.type(key);
      const value = type === 'hash' ? await client.hgetall(key) : type === 'string' ? await client.get(key) : '';
      expect(JSON.stringify(value)).not.toContain('swordfish');
    }
  } finally {
    client.disconnect();
  }
});

test('jobs that somebody else wrote into the queue do nothing outside', async () => {
  const { folder, queue, work, added, status } = await fleet(['1.png']);
  const { run } = await added();
  const { Queue } = await import('bullmq');
  const client = new Redis(redis.url, { maxRetriesPerRequest: null });
  const jobs = new Queue(queue, { connection: client });
  await writeFile(path.join(folder, 'secret.png'), await noisyPhoto().png().toBuffer());
  const secret = { name: 'secret.png', identity: '1-1' };
  await jobs.add('x', { run, folder: '..', photos: [secret] });
  await jobs.add('x', { run: 'denoise-000000000000', folder: '', photos: [secret] });
  await jobs.add('x', 'nonsense');
  await client.hset(`bull:${queue}:fleet:runs`, 'denoise-111111111111', '{"input":"/","output":"/etc"}');
  await jobs.add('x', { run: 'denoise-111111111111', folder: '', photos: [secret] });
  await work('--root', folder);
  const reasons = (await jobs.getFailed()).map(({ failedReason }) => failedReason).sort();
  expect(reasons).toEqual([
    expect.stringContaining('folder'),
    expect.stringContaining('nonsense'),
    expect.stringContaining('no such run'),
    expect.stringContaining('run denoise-111111111111'),
  ]);
  expect(await status()).toMatchObject({ done: 1 });
  await jobs.close();
  client.disconnect();
});

test.each([
  ['nobody listens', 'redis://127.0.0.1:1', 'E_PROGRAM Redis at redis://127.0.0.1:1: nobody who answers'],
  ['no address', 'localhost', '--redis: no address of a Redis'],
])('a Redis that is not there is told of at once: %s', async (_, url, message) => {
  const { code, stderr } = await perpixel(['fleet', 'status', '--redis', url]);
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(message) });
});

test('a worker without the output folder, or with other models, ends and gives its photos back', async () => {
  const { added, work, status, model } = await fleet(['1.png']);
  const { output } = await added();
  await rm(output, { recursive: true });
  const missing = await work();
  expect(missing.stderr).toContain(`E_WRITE ${output}: no such folder on this machine`);
  await mkdir(output);
  const own = await readFile(model);
  await rm(model);
  expect((await work()).stderr).toContain('a model file that cannot be read');
  await writeFile(model, Buffer.concat([own, Buffer.from([0])]));
  expect((await work()).stderr).toMatch(/E_MODEL/);
  await writeFile(model, own);
  expect(await status()).toMatchObject({ done: 0, failed: 0, left: 1 });
  expect(await work()).toMatchObject({ code: 0 });
  expect(await status()).toMatchObject({ done: 1, failed: 0, left: 0 });
});
