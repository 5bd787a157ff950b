import { link, mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { lastValueFrom, toArray } from 'rxjs';
import sharp from 'sharp';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Session } from '../../src/engines/engine.js';
import {
  decode,
  encode,
  type FileResult,
  files,
  type OutputOptions,
  predict,
  unfinished,
} from '../../src/pipelines/index.js';
import { blur, boxSession } from '../helpers/boxSession.js';

let home: string;
let photos: string;
let clean: string;
const taken = new Date('2015-06-07T08:09:10Z');

beforeEach(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'chain-'));
  photos = path.join(home, 'photos');
  clean = path.join(home, 'clean');
  for (const name of ['a.png', 'b.jpg', 'sub/a.png', 'sub/a.webp']) {
    const file = path.join(photos, name);
    await mkdir(path.dirname(file), { recursive: true });
    await sharp({ create: { width: 40, height: 30, channels: 3, background: '#808080' } }).toFile(file);
    await utimes(file, taken, taken);
  }
});
afterEach(() => rm(home, { recursive: true }));

function run(output: string, options: OutputOptions = {}, session: Session = boxSession().session) {
  return files(photos, { output }).pipe(
    unfinished(output, options),
    decode(),
    predict(blur, {}, { open: async () => session, tile: 24 }),
    encode(output, options),
  );
}

const results = (...args: Parameters<typeof run>) => lastValueFrom(run(...args).pipe(toArray()));
const summary = (all: FileResult[]) =>
  all.map(({ status, input, error }) => `${status} ${path.basename(input)}${error ? ` ${error.code}` : ''}`);
const tree = async (folder: string) =>
  (await readdir(folder, { recursive: true })).map((name) => name.split(path.sep).join('/')).sort();

test('photos come out in their tree, in order, in their format, with their time; bad files are results', async () => {
  await writeFile(path.join(photos, 'aa.png'), 'not a picture');
  await writeFile(path.join(photos, 'empty.jpg'), '');
  const all = await results(clean);
  expect(all.map(({ status }) => status)).toEqual(['done', 'failed', 'done', 'failed', 'done', 'done']);
  expect(all.map(({ error }) => error?.code)).toEqual([
    undefined,
    'E_FORMAT',
    undefined,
    'E_READ',
    undefined,
    undefined,
  ]);
  expect(all[0]).toMatchObject({ megapixels: 0.0012, report: { blurred: true }, output: path.join(clean, 'a.png') });
  expect(await tree(clean)).toEqual(['a.png', 'b.jpg', 'sub', 'sub/a.png', 'sub/a.webp']);
  expect((await sharp(path.join(clean, 'sub/a.webp')).metadata()).format).toBe('webp');
  expect((await stat(path.join(clean, 'a.png'))).mtime).toEqual(taken);
});

test('the same again skips what is there, finishes the rest, and removes what a killed run left', async () => {
  await results(clean);
  const before = await stat(path.join(clean, 'a.png'));
  await rm(path.join(clean, 'b.jpg'));
  await writeFile(path.join(clean, `.perpixel-${'0'.repeat(16)}-1-1-${'0'.repeat(32)}.tmp`), 'half');
  await utimes(path.join(clean, `.perpixel-${'0'.repeat(16)}-1-1-${'0'.repeat(32)}.tmp`), taken, taken);
  expect(summary(await results(clean))).toEqual(['skipped a.png', 'done b.jpg', 'skipped a.png', 'skipped a.webp']);
  expect((await stat(path.join(clean, 'a.png'))).ino).toBe(before.ino);
  expect(await tree(clean)).toEqual(['a.png', 'b.jpg', 'sub', 'sub/a.png', 'sub/a.webp']);
  expect(summary(await results(clean, { overwrite: true }))).toEqual([
    'done a.png',
    'done b.jpg',
    'done a.png',
    'done a.webp',
  ]);
});

test('the same input, the same output', async () => {
  await results(clean);
  await results(path.join(home, 'again'));
  for (const name of ['a.png', 'b.jpg', 'sub/a.webp']) {
    expect(await readFile(path.join(clean, name))).toEqual(await readFile(path.join(home, 'again', name)));
  }
});

test.each([
  { overwrite: false },
  { overwrite: true },
])('originals are never written over, $overwrite', async (options) => {
  const original = await readFile(path.join(photos, 'a.png'));
  expect(summary(await results(photos, options))).toEqual(
    Array.from(['a.png', 'b.jpg', 'a.png', 'a.webp'], (name) => `failed ${name} E_WRITE`),
  );
  await mkdir(clean);
  await link(path.join(photos, 'a.png'), path.join(clean, 'a.png'));
  expect(summary(await results(clean, options))[0]).toBe('failed a.png E_WRITE');
  expect(await readFile(path.join(photos, 'a.png'))).toEqual(original);
});

test('a format of its own: names that would meet do not', async () => {
  const options = { format: 'png' } as const;
  expect(summary(await results(clean, options))).toEqual(['done a.png', 'done b.jpg', 'done a.png', 'done a.webp']);
  expect(await tree(clean)).toEqual(['a.png', 'b.png', 'sub', 'sub/a.png', 'sub/a.webp.png']);
  expect(summary(await results(clean, options)).every((line) => line.startsWith('skipped'))).toBe(true);
});

test('an output folder inside the input is not an input', async () => {
  const inside = path.join(photos, 'clean');
  await results(inside);
  expect(summary(await results(inside))).toEqual(['skipped a.png', 'skipped b.jpg', 'skipped a.png', 'skipped a.webp']);
});

test('unsubscribing stops the engine and leaves no temporary file', async () => {
  const { session, sizes } = boxSession({ slow: true });
  await new Promise<void>((resolve) => {
    const subscription = run(clean, {}, session).subscribe(() => {
      subscription.unsubscribe();
      resolve();
    });
  });
  const runs = sizes.length;
  await sleep(100);
  expect(sizes.length - runs).toBeLessThanOrEqual(4); // Two pictures, each with one window in the engine and one ahead.
  expect((await tree(clean)).filter((name) => name.includes('.tmp'))).toEqual([]);
});

test.each([
  [undefined, 'balanced'],
  ['fast', 'fast'],
  ['best', 'best'],
] as const)('the task chooses its model by the quality asked for: %s', async (quality, told) => {
  const opened: string[] = [];
  const open = async (model: string) => {
    opened.push(model);
    return boxSession().session;
  };
  const ofQuality = { ...blur, model: (_: object, __: object, quality: string) => `blur-${quality}` };
  const pictures = files(path.join(photos, 'a.png')).pipe(decode(), predict(ofQuality, {}, { open, quality }));
  await lastValueFrom(pictures);
  expect(opened).toEqual([`blur-${told}`]);
});
