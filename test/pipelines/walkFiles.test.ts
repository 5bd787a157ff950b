import { once } from 'node:events';
import { mkdir, mkdtemp, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { countFiles } from '../../src/pipelines/countFiles.js';
import { outputPath } from '../../src/pipelines/outputPath.js';
import { type WalkOptions, walkFiles } from '../../src/pipelines/walkFiles.js';
import { temporaryFolder } from '../helpers/temporaryFolder.js';

let home: string;
const below = ['sub/x.jpg', 'sub/deep/x.tif', 'zoo/x.jpg'];

beforeEach(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'walk-'));
  const tree = [
    'b.jpg',
    'a.PNG',
    'notes.txt',
    '.hidden.jpg',
    '.cache/x.jpg',
    'sub/x.jpg',
    'sub/deep/x.tif',
    'zoo/x.jpg',
  ];
  for (const file of tree) {
    await mkdir(path.dirname(path.join(home, file)), { recursive: true });
    await writeFile(path.join(home, file), 'x');
  }
});
afterEach(() => rm(home, { recursive: true }));

async function walk(inputs: string[], { output }: WalkOptions = {}) {
  const found: string[] = [];
  const named = inputs.map((input) => path.join(home, input));
  for await (const item of walkFiles(named, { output: output && path.join(home, output) })) {
    const name =
      item.status === 'listed'
        ? item.relative
        : `${item.error?.code} ${path.relative(home, (item as { input: string }).input)}`;
    found.push(name.split(path.sep).join('/'));
  }
  return found;
}

test.each<[string, string[], string[], WalkOptions?]>([
  [
    'a folder, its pictures first, then its folders',
    ['.'],
    ['a.PNG', 'b.jpg', 'sub/x.jpg', 'sub/deep/x.tif', 'zoo/x.jpg'],
  ],
  ['a folder inside a tree stands for itself', ['sub'], ['x.jpg', 'deep/x.tif']],
  ['two folders keep their names', ['zoo', 'sub'], ['zoo/x.jpg', 'sub/x.jpg', 'sub/deep/x.tif']],
  ['files of two folders', ['sub/x.jpg', 'zoo/x.jpg'], ['sub/x.jpg', 'zoo/x.jpg']],
  ['one file', ['sub/x.jpg'], ['x.jpg']],
  ['a file that is named is taken as it is', ['notes.txt', '.hidden.jpg'], ['notes.txt', '.hidden.jpg']],
  ['what is named twice comes once', ['sub', 'sub/', 'sub/x.jpg', 'sub/deep'], ['x.jpg', 'deep/x.tif']],
  ['a glob', ['**/x.*'], ['sub/x.jpg', 'sub/deep/x.tif', 'zoo/x.jpg']],
  ['globs that name a file twice', ['b.*', '*.jpg', 'b.jpg'], ['b.jpg']],
  ['a glob below a folder', ['sub/**'], ['x.jpg', 'deep/x.tif']],
  ['the output folder is not entered', ['.'], ['a.PNG', 'b.jpg', 'zoo/x.jpg'], { output: 'sub' }],
  ['a file that is not there', ['gone.jpg', 'b.jpg'], ['E_READ gone.jpg', 'b.jpg']],
])('%s', async (_, inputs, expected, options) => {
  expect(await walk(inputs, options)).toEqual(expected);
});

test.skipIf(path.sep === '\\')('links are followed, but not in circles', async () => {
  await symlink(home, path.join(home, 'zoo', 'up'));
  await symlink(path.join(home, 'sub', 'deep'), path.join(home, 'zoo', 'link'));
  await symlink(path.join(home, 'nowhere'), path.join(home, 'zoo', 'dangling.jpg'));
  expect(await walk(['zoo'])).toEqual([
    'dangling.jpg',
    'x.jpg',
    'link/x.tif',
    'up/a.PNG',
    'up/b.jpg',
    'up/sub/x.jpg',
    'up/sub/deep/x.tif',
  ]);
});

test.skipIf(path.sep === '\\')(
  'what is called as a picture is and is no file stays in the list, to be told of',
  async () => {
    const folder = path.join(home, 'sockets');
    await mkdir(folder);
    const sockets = await Promise.all(
      ['photo.jpg', 'agent'].map(async (name) => {
        const server = createServer().listen(path.join(folder, name));
        await once(server, 'listening');
        return server;
      }),
    );
    try {
      expect(await walk(['sockets'])).toEqual(['photo.jpg']);
    } finally {
      for (const server of sockets) server.close();
    }
  },
);

test.each([
  ['its folder', ['.']],
  ['a glob', ['*.jpg']],
  ['two globs', ['*.PNG', '*.jpg']],
  ['its name', ['b.jpg']],
])('siblings are all pictures of the folder, so that a result has one name: a photo named by %s', async (_, inputs) => {
  const found: unknown[] = [];
  for await (const item of walkFiles(inputs.map((input) => path.join(home, input)))) {
    if (item.status === 'listed' && item.relative === 'b.jpg') found.push(item.siblings);
  }
  expect(found).toEqual([['a.PNG', 'b.jpg']]);
});

test('a result beside its photo, which has the photo’s time, is no photo; one of the same name that has not, is', async () => {
  const taken = new Date('2001-02-03T04:05:06.007Z');
  await writeFile(path.join(home, 'b.depth.png'), 'map');
  await writeFile(path.join(home, 'b.other.png'), 'photo');
  await writeFile(path.join(home, 'zoo', 'x.depth.png'), 'map');
  const those = ['b.jpg', 'b.depth.png', 'zoo/x.jpg', 'zoo/x.depth.png'];
  for (const name of those) await utimes(path.join(home, name), taken, taken);
  const photos = ['a.PNG', 'b.jpg', 'b.other.png'];
  expect(await walk(['.'], { output: '.' })).toEqual([...photos, ...below]);
  expect(await walk(['.'])).toEqual([
    ...photos.toSpliced(1, 0, 'b.depth.png'),
    ...below.toSpliced(2, 0, 'zoo/x.depth.png'),
  ]);
});

test('folders that are there are no pattern', async () => {
  for (const folder of ['Italy (2023)', 'a [x] {y}']) {
    await mkdir(path.join(home, folder));
    await writeFile(path.join(home, folder, 'p.png'), 'x');
    expect(await walk([`${folder}/*.png`])).toEqual(['p.png']);
  }
});

test('thousands of names are listed about as fast as their folder', async () => {
  const many = path.join(home, 'many');
  await mkdir(many);
  const names = Array.from({ length: 5000 }, (_, i) => path.join(many, `${i}.png`));
  await Promise.all(names.map((name) => writeFile(name, '')));
  const seconds = async (inputs: string[]) => {
    const start = performance.now();
    const target = outputPath('out', { suffix: 'depth', format: 'png' });
    for await (const item of walkFiles(inputs)) if (item.status === 'listed') target(item);
    return (performance.now() - start) / 1000;
  };
  const folder = await seconds([many]);
  expect(await seconds(names)).toBeLessThan(4 * folder + 1);
});

test('files that are no pictures by their names are told of, as far as they are asked for', async () => {
  const leftOut: string[] = [];
  const onLeftOut = (file: string) => leftOut.push(path.relative(home, file));
  for await (const _ of walkFiles([home], { onLeftOut, output: path.join(home, 'zoo') }));
  expect(leftOut).toEqual(['notes.txt']);
  for await (const _ of walkFiles([path.join(home, '**/*.jpg')], { onLeftOut }));
  expect(leftOut).toEqual(['notes.txt']);
});

test.each([
  [{ exclude: ['zoo'] }, 4],
  [{ include: ['*.JPG'] }, 3],
])('counts what is chosen: %j', async (options, count) => {
  expect(await countFiles([home], options)).toBe(count);
});

test('counts what the walk gives', async () => {
  expect(await countFiles([home])).toBe(5);
});

test('two pictures of one shot are both photos, though the camera gave them one name and one time', async () => {
  const folder = await temporaryFolder();
  const shot = new Date('2020-02-02T02:02:02Z');
  for (const name of ['a.png', 'a.webp', 'a.1.png', 'a.depth.png']) {
    await writeFile(path.join(folder, name), '');
    await utimes(path.join(folder, name), shot, shot);
  }
  const names: string[] = [];
  for await (const item of walkFiles([folder], { output: folder })) {
    names.push(path.basename(item.status === 'listed' ? item.path : item.input));
  }
  expect(names.sort()).toEqual(['a.1.png', 'a.png', 'a.webp']);
});
