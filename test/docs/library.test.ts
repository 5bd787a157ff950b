import { execFile } from 'node:child_process';
import { copyFile, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { testVideo } from '../helpers/ffmpegFixtures.js';
import { noisyPhoto } from '../helpers/noisyPhoto.js';
import { temporaryFolder } from '../helpers/temporaryFolder.js';
import { writeTinyDenoiser } from '../helpers/tinyDenoiser.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The fenced blocks of a page, with the line each begins at. */
async function blocksOf(page: string): Promise<{ language: string; code: string; line: number }[]> {
  const text = await readFile(path.join(root, page), 'utf8');
  return [...text.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(({ 1: language, 2: code, index }) => ({
    language,
    code,
    line: text.slice(0, index).split('\n').length + 1,
  }));
}

/** A user's project with perpixel in it, and the photos and the video that the pages speak of. */
async function project(): Promise<string> {
  const home = await temporaryFolder();
  const folder = path.join(home, 'project');
  await mkdir(path.join(folder, 'node_modules'), { recursive: true });
  await mkdir(path.join(folder, 'photos'));
  await symlink(path.join(root, 'node_modules'), path.join(home, 'node_modules'), 'junction');
  await symlink(root, path.join(folder, 'node_modules', 'perpixel'), 'junction');
  await mkdir(path.join(folder, 'rooms'));
  const photo = () => noisyPhoto({ width: 64, height: 48 });
  await Promise.all([
    photo().jpeg().toFile(path.join(folder, 'IMG_0042.jpg')),
    photo()
      .jpeg()
      .toFile(path.join(folder, 'photos', 'a.jpg')),
    photo()
      .png()
      .toFile(path.join(folder, 'photos', 'b.png')),
    noisyPhoto({ width: 1200, height: 900 }).png().toFile(path.join(folder, 'large.png')),
    copyFile(path.join(root, 'fixtures/scenes/room.jpg'), path.join(folder, 'room.jpg')),
    copyFile(path.join(root, 'fixtures/scenes/room.jpg'), path.join(folder, 'rooms', 'room.jpg')),
    sharp({ create: { width: 64, height: 48, channels: 3, background: 'black' } }).toFile(
      path.join(folder, 'mask.png'),
    ),
    writeFile(path.join(folder, 'mine.onnx'), await readFile(await writeTinyDenoiser(folder))),
  ]);
  testVideo('64x48', 3, path.join(folder, 'walk.mp4'));
  return folder;
}

test.each([
  [
    'docs/library.md',
    [
      'true',
      'm along the optical axis',
      'E_OPTION quality: high;',
      'TimeoutError',
      '100 %',
      '2 done, 0 failed',
      'done photos',
    ],
  ],
  ['docs/video.md', ['walk.mp4 is clean']],
])('every block of %s is strict TypeScript, or CommonJS, and runs', { timeout: 300_000 }, async (page, said) => {
  const folder = await project();
  const blocks = await blocksOf(page);
  const names = blocks.map(({ language, line }) => `line${line}.${language === 'cjs' ? 'cjs' : 'mts'}`);
  await Promise.all(blocks.map(({ code }, i) => writeFile(path.join(folder, names[i]), code)));
  const compilerOptions = {
    ...{ module: 'nodenext', target: 'es2022', lib: ['es2023', 'esnext.disposable', 'dom'], types: ['node'] },
    ...{ strict: true, noUncheckedIndexedAccess: true, exactOptionalPropertyTypes: true, skipLibCheck: true },
  };
  const files = names.filter((name) => name.endsWith('.mts'));
  await writeFile(path.join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }));
  const node = (args: readonly string[]) => promisify(execFile)(process.execPath, args, { cwd: folder });
  await node([path.join(root, 'node_modules/typescript/bin/tsc')]);

  // One process for all: what they load is large. Each tells when it is over.
  const programs = names.map((name) => pathToFileURL(path.join(folder, name.replace('.mts', '.mjs'))).href);
  const program = `for (const url of ${JSON.stringify(programs)}) { await import(url); console.log('ran', url); }`;
  const { stdout, stderr } = await node(['--input-type=module', '--eval', program]);
  expect(stderr).toBe('');
  expect(stdout.match(/^ran /gm)).toHaveLength(programs.length);
  for (const words of said) expect(stdout).toContain(words);
});
