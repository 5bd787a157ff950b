import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { extended } from '../helpers/extended.js';
import { ffprobe, testVideo } from '../helpers/ffmpegFixtures.js';

const FOLDERS = { soften: ['evaluate'], nearness: [], farthest: [] };

/** Each task is one folder and one line. */
const toys = (home: string) =>
  extended(
    {
      files: Object.fromEntries(
        Object.entries(FOLDERS).flatMap(([name, more]) =>
          ['index', 'task', ...more].map((file) => [
            `src/tasks/${name}/${file}.ts`,
            `test/extending/${name}/${file}.ts`,
          ]),
        ),
      ),
      lines: {
        'src/tasks/index.ts': Object.keys(FOLDERS)
          .map((name) => `export * as ${name} from './${name}/index.js';`)
          .join('\n'),
      },
    },
    home,
  );

const room = 'fixtures/scenes/room.jpg';
let toy: Awaited<ReturnType<typeof toys>>;
beforeAll(async () => {
  toy = await toys(await mkdtemp(path.join(tmpdir(), 'perpixel-toys-')));
});
afterAll(() => rm(toy.folder, { recursive: true, force: true }));
const made = (...parts: string[]) => path.join(toy.folder, ...parts);

describe.each([
  ['soften', 'Smooth photos as if they were noisy', '--amount', 'clean/room.jpg'],
  ['nearness', 'How near everything in a photo is, from 0 to 1', '--half', 'clean/room.nearness.png'],
  ['farthest', 'The farthest points in a photo', '--count', 'clean/room.points.json'],
])('%s', (name, summary, option, result) => {
  test('is listed, and has help of its own', async () => {
    expect((await toy.perpixel('--help')).stdout).toContain(summary);
    const help = await toy.perpixel(name, '--help');
    expect(help.stdout).toContain(option);
  });

  test('is a command, with a report', async () => {
    const run = await toy.perpixel(name, room, '-o', 'clean', '--report', `${name}.html`, '--quiet');
    expect(run).toEqual({ code: 0, stdout: '', stderr: '' });
    expect((await readFile(made(result))).length).toBeGreaterThan(10);
    expect(await readFile(made(`${name}.html`), 'utf8')).toContain('room.jpg');
  });

  test('is a call, a stream of bytes, a stream of files, and works in a thread', async () => {
    const { code, stdout, stderr } = await toy.program(`
      import { lastValueFrom, toArray } from 'rxjs';
      import { Readable } from 'node:stream';
      import { buffer } from 'node:stream/consumers';
      import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
      import { callOf } from './src/library/call.js';
      import { ThreadExecutor } from './src/pipelines/run/threadExecutor.js';
      import { Turnstile } from './src/pipelines/run/turnstile.js';
      const { decode, dispose, encode, files, pipeline, predict, tasks } = perpixel;
      const task = tasks[${JSON.stringify(name)}];
      const photo = ${JSON.stringify(room)};
      const here = await task(photo);
      // The sources are TypeScript, which the other thread has to be told how to run.
      const executor = new ThreadExecutor({}, { execArgv: process.execArgv });
      const there = await callOf(task, () => ({ executor, turnstile: new Turnstile(1) }))(photo);
      await executor.dispose();
      const plain = (value) => JSON.stringify(value instanceof Uint8Array ? [...value] : value);
      const streamed = await buffer(Readable.from([await readFile(photo)]).pipe(task.stream()));
      const all = await lastValueFrom(files(photo).pipe(decode(), predict(task), encode('streamed'), toArray()));
      await using own = pipeline(${JSON.stringify(name)});
      console.log(JSON.stringify({
        same: plain(here) === plain(there),
        own: plain(here) === plain(await own(photo)),
        streamed: streamed.length > 0,
        status: all.map(({ status }) => status),
      }));
      await dispose();`);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toEqual({ same: true, own: true, streamed: true, status: ['done'] });
  });
});

test('results are what the tasks say', async () => {
  const [sharpest, softest] = await Promise.all(
    [room, made('clean/room.jpg')].map(async (file) => (await sharp(file).greyscale().stats()).sharpness),
  );
  expect(softest).toBeLessThan(sharpest);
  const points = JSON.parse(await readFile(made('clean/room.points.json'), 'utf8'));
  expect(points).toHaveLength(3);
  const { width, height } = await sharp(room).metadata();
  for (const { x, y, metres } of points) {
    expect(x).toBeLessThan(width);
    expect(y).toBeLessThan(height);
    expect(metres).toBeGreaterThan(0.3);
  }
});

test('several at once share a run of their network', async () => {
  const { code } = await toy.perpixel('nearness,farthest,depth', room, '-o', 'several', '--quiet');
  expect(code).toBe(0);
  for (const file of ['room.nearness.png', 'room.points.json', 'room.depth.png']) {
    expect((await readFile(made('several', file))).length).toBeGreaterThan(10);
  }
});

test.each(['soften', 'nearness'])('video %s makes a video; points are none', async (name) => {
  const video = made('in.mp4');
  testVideo('64x48', 3, video);
  const run = await toy.perpixel('video', name, video, '-o', `${name}.mp4`, '--quiet');
  expect(run).toMatchObject({ code: 0, stderr: '' });
  expect(ffprobe(made(`${name}.mp4`), 'v', 'frame=pts')).toHaveLength(3);
  expect((await toy.perpixel('video', 'farthest', video, '-o', 'no.mp4')).code).toBe(2);
});

test('eval soften prints its table', async () => {
  const { code, stdout } = await toy.perpixel('eval', 'soften', 'fixtures/photos', '--amount', '5', '40');
  expect(code).toBe(0);
  const [head, weak, strong] = stdout
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/));
  expect(head).toEqual(['amount', 'psnr']);
  expect(Number(weak[1])).toBeGreaterThan(Number(strong[1]));
});
