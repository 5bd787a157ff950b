import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { noisyPhoto } from '../helpers/noisyPhoto.js';
import { perpixel } from '../helpers/perpixel.js';
import { temporaryFolder } from '../helpers/temporaryFolder.js';
import { writeTinyDenoiser } from '../helpers/tinyDenoiser.js';
import { writeTinyScene } from './tinyScene.js';

let home: string;
let card: string;
let clean: string;
let options: string[];

/** A card as cameras write it: photos, a folder of more, and what is no photo. */
beforeEach(async () => {
  home = await temporaryFolder();
  [card, clean] = [path.join(home, 'card'), path.join(home, 'clean')];
  options = ['--model', await writeTinyDenoiser(home), '--sigma', '20'];
  await mkdir(path.join(card, 'june'), { recursive: true });
  for (const name of ['IMG_1.PNG', 'IMG_2.png', 'june/IMG_3.png', 'june/draft_4.png']) {
    await noisyPhoto().toFile(path.join(card, name));
  }
  await writeFile(path.join(card, 'IMG_1.MPO'), 'a format that nobody reads here');
});

const denoise = (...more: string[]) => perpixel(['denoise', card, '-o', clean, ...options, ...more]);
const results = async () =>
  (await readdir(clean, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(clean, path.join(entry.parentPath, entry.name)))
    .sort();

describe('files that no format is known for', () => {
  test('are a failure, and the cure is said', async () => {
    const { code, stderr } = await denoise();
    expect(code).toBe(1);
    expect(stderr).toContain('Left out, no pictures by their names: 1 .mpo (no failure with --skip-unknown; --exclude');
    expect(await results()).toHaveLength(4);
  });

  test.each([
    [['--skip-unknown']],
    [['--exclude', '*.mpo']],
    [['--include', '*.png']],
  ])('are none with %j', async (more) => {
    expect(await denoise(...more)).toMatchObject({ code: 0 });
    expect(await results()).toHaveLength(4);
  });

  test('are not what the command itself writes', async () => {
    const model = ['--model', await writeTinyScene(home)];
    for (const _ of ['first', 'again']) {
      const { code } = await perpixel(['labels', card, '-o', card, ...model, '--exclude', '*.mpo', '--quiet']);
      expect(code).toBe(0);
    }
    expect(await readdir(card)).toContain('labels.json');
  });
});

test.each<[string[], string[]]>([
  [
    ['--include', 'img_*'],
    ['IMG_1.PNG', 'IMG_2.png', 'june/IMG_3.png'],
  ],
  [
    ['--include', 'june/*'],
    ['june/IMG_3.png', 'june/draft_4.png'],
  ],
  [
    ['--exclude', 'june'],
    ['IMG_1.PNG', 'IMG_2.png'],
  ],
  [
    ['--exclude', 'june/d*', '--exclude', '*_1.png'],
    ['IMG_2.png', 'june/IMG_3.png'],
  ],
  [['--include', '*_3.png', '--include', '*_4.png', '--exclude', 'draft*'], ['june/IMG_3.png']],
])('%j takes %j', async (more, expected) => {
  expect(await denoise('--skip-unknown', ...more)).toMatchObject({ code: 0 });
  expect(await results()).toEqual(expected);
});

test('a glob does not take the photos that follow it', async () => {
  const { code } = await perpixel(['denoise', '--exclude', '*.MPO', card, '-o', clean, ...options]);
  expect(code).toBe(0);
  expect(await results()).toHaveLength(4);
});

describe('--dry-run', () => {
  test('lists what would be done, with sizes and time, and does nothing', async () => {
    const before = await readdir(home, { recursive: true });
    const { code, stdout } = await denoise('--dry-run');
    expect(code).toBe(1); // As the command: a file is left out.
    const [first, ...rest] = stdout.trimEnd().split('\n');
    expect(first).toMatch(/^do {4}.*IMG_1\.PNG, \d+\.\d MB, 0\.0 megapixels, about \d+ s -> .*clean.IMG_1\.PNG$/);
    expect(rest.at(-1)).toMatch(/^4 to do: .* MB, 0\.0 megapixels, about \d+ s; 1 left out$/);
    expect(rest.at(-2)).toMatch(/^left out {2}.*IMG_1\.MPO$/);
    expect(await readdir(home, { recursive: true })).toEqual(before);
  });

  test('as JSON: what is there is skipped, what is broken would fail', async () => {
    await denoise('--include', '*_1.png');
    await writeFile(path.join(card, 'IMG_2.png'), 'no picture');
    const { code, stdout } = await denoise('--dry-run', '--json', '--exclude', '*.mpo');
    expect(code).toBe(1);
    const events = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(events.map(({ event, status }) => status ?? event)).toEqual(['skip', 'fail', 'do', 'do', 'end']);
    expect(events[1].error.code).toBe('E_FORMAT');
    const { size } = await stat(path.join(card, 'june/IMG_3.png'));
    expect(events[2]).toMatchObject({
      bytes: size,
      megapixels: (24 * 16) / 1e6,
      outputs: [path.join(clean, 'june/IMG_3.png')],
    });
    expect(events[2].seconds).toBeGreaterThan(0);
    expect(events[4]).toMatchObject({ do: { count: 2 }, skip: { count: 1 }, fail: { count: 1 }, leftOut: 0 });
  });

  test('of one file', async () => {
    const photo = path.join(card, 'IMG_2.png');
    const output = path.join(home, 'one.webp');
    const { code, stdout } = await perpixel(['denoise', photo, '-o', output, ...options, '--dry-run']);
    expect(code).toBe(0);
    expect(stdout).toContain(`-> ${output}\n1 to do`);
    await expect(readFile(output)).rejects.toThrow('ENOENT');
  });

  test('a pipe has no list', async () => {
    expect(await perpixel(['denoise', '-', '-o', '-', '--dry-run'])).toMatchObject({ code: 2 });
  });
});

test.each(['pose', 'membranes'])('a region of what %s finds in a whole photo is a wrong command', async (task) => {
  const ran = await perpixel([task, await temporaryFolder(), '-o', 'nowhere', '--region', '0,0,9,9']);
  expect(ran).toMatchObject({ code: 2, stderr: expect.stringContaining(`region: ${task}, whose results`) });
});
