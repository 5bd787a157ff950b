import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFile, cp, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readWeightsIndex } from '../../src/engines/weights.js';
import { presets } from '../../src/onnx/presets.js';
import { noisyPhoto } from '../helpers/noisyPhoto.js';
import { standIn } from '../helpers/standIns.js';
import { writeTinyDenoiser } from '../helpers/tinyDenoiser.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const program = (name: string) => path.join(root, 'node_modules', name);
const run = async (file: string, args: readonly string[], cwd: string) => {
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [file, ...args], { cwd });
  return stdout + stderr;
};

/** Has the packages that perpixel needs; `project` in it has the packed perpixel, as a user's project does. */
let home: string;
let project: string;
let tarball: string;

beforeAll(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'perpixel-package-'));
  project = path.join(home, 'project');
  const installed = path.join(project, 'node_modules', 'perpixel');
  await mkdir(installed, { recursive: true });
  await symlink(path.join(root, 'node_modules'), path.join(home, 'node_modules'), 'junction');
  await promisify(execFile)('npm', ['pack', '--ignore-scripts', '--pack-destination', home], {
    cwd: root,
    shell: true,
  });
  tarball = (await readdir(home)).find((name) => name.endsWith('.tgz'))!;
  await promisify(execFile)('tar', ['xzf', path.join(home, tarball), '--strip', '1', '-C', installed]);
});
afterAll(() => rm(home, { recursive: true, force: true }));

describe('the packed package', () => {
  test('has every model, its index and all that its entries and its command are, and nothing of ours', async () => {
    const there = await readdir(path.join(project, 'node_modules/perpixel'));
    expect(there.sort()).toEqual([
      ...['CHANGELOG.md', 'CONTRIBUTING.md', 'LICENSE', 'README.md', 'SECURITY.md', 'bench', 'bin', 'dist', 'docs'],
      ...['examples', 'package.json', 'weights'],
    ]);
    const index = await readWeightsIndex(path.join(project, 'node_modules/perpixel/weights'));
    expect(index).toEqual(await readWeightsIndex());
    for (const { file, sha256 } of Object.values(index)) {
      const bytes = await readFile(path.join(project, 'node_modules/perpixel/weights', file));
      expect(createHash('sha256').update(bytes).digest('hex'), file).toBe(sha256);
    }
  });

  test('the links of its pages lead to files that are in it', async () => {
    const installed = path.join(project, 'node_modules/perpixel');
    const names = (await readdir(installed, { recursive: true })).filter((name) => name.endsWith('.md'));
    const dead: string[] = [];
    for (const name of names) {
      const text = await readFile(path.join(installed, name), 'utf8');
      for (const [, link] of text.matchAll(/\]\(([^)#\s]+)/g)) {
        if (/^\w+:/.test(link)) continue;
        const isThere = await stat(path.join(installed, path.dirname(name), link)).catch(() => undefined);
        if (!isThere) dead.push(`${name} to ${link}`);
      }
    }
    expect(dead).toEqual([]);
  });

  test('publint finds nothing', async () => {
    const said = await run(
      program('publint/src/cli.js'),
      ['--strict', path.join(project, 'node_modules/perpixel')],
      home,
    );
    expect(said).toContain('All good!');
  });

  test('attw finds nothing', async () => {
    const said = await run(program('@arethetypeswrong/cli/dist/index.js'), [path.join(home, tarball)], home);
    expect(said).toContain('No problems found');
  });

  test.each(['esm.mts', 'cjs.cts'])('a strict project compiles and runs: %s', async (name) => {
    await copyFile(path.join(root, 'test/package/projects', name), path.join(project, name));
    const photo = path.join(project, 'photo.png');
    await noisyPhoto().png().toFile(photo);
    const model = await writeTinyDenoiser(project);
    const config = `${name}.json`;
    const compilerOptions = {
      module: 'nodenext',
      target: 'es2022',
      lib: ['es2023', 'esnext.disposable', 'dom'],
      types: ['node'],
      strict: true,
      noUncheckedIndexedAccess: true,
      exactOptionalPropertyTypes: true,
      // tfjs's declarations do not agree with themselves.
      skipLibCheck: true,
    };
    await writeFile(path.join(project, config), JSON.stringify({ compilerOptions, files: [name] }));
    await run(program('typescript/bin/tsc'), ['-p', config], project);
    const said = await run(name.replace('ts', 'js'), [photo, model], project);
    expect(JSON.parse(said)).toEqual({ sameModule: true, isOurs: true, sameSizes: true, loss: 'function' });
  });
});

describe('without TensorFlow.js, which does not come with the package', () => {
  let bare: string;
  const perpixel = async (args: string[], cacheDir: string) => {
    const file = path.join(bare, 'node_modules/perpixel/bin/perpixel.js');
    const env = { ...process.env, XDG_CACHE_HOME: cacheDir };
    return promisify(execFile)(process.execPath, [file, ...args], { cwd: bare, env }).catch((error) => error);
  };

  beforeAll(async () => {
    bare = await mkdtemp(path.join(tmpdir(), 'perpixel-bare-'));
    await mkdir(path.join(bare, 'node_modules'), { recursive: true });
    for (const name of await readdir(path.join(root, 'node_modules'))) {
      if (name === '@tensorflow' || name === 'perpixel' || name.startsWith('.')) continue;
      await symlink(path.join(root, 'node_modules', name), path.join(bare, 'node_modules', name), 'junction');
    }
    await cp(path.join(project, 'node_modules/perpixel'), path.join(bare, 'node_modules/perpixel'), {
      recursive: true,
    });
    await mkdir(path.join(bare, 'photos'));
    for (const name of ['a.png', 'b.png'])
      await noisyPhoto()
        .png()
        .toFile(path.join(bare, 'photos', name));
    // As `perpixel setup tensorflow` leaves it, but for what computes faster.
    const staged = path.join(bare, 'cache/perpixel/tensorflow-4.22.0');
    await mkdir(path.join(staged, 'node_modules'), { recursive: true });
    await writeFile(path.join(staged, 'package.json'), '{}');
    await symlink(
      path.join(root, 'node_modules/@tensorflow'),
      path.join(staged, 'node_modules/@tensorflow'),
      'junction',
    );
  });

  afterAll(() => rm(bare, { recursive: true, force: true }));

  test('photos are done as ever', async () => {
    const { stderr } = await perpixel(['denoise', 'photos/a.png', '-o', 'clean.png', '--quality', 'fast'], 'nowhere');
    expect(stderr).not.toContain('E_');
    expect(await readFile(path.join(bare, 'clean.png'))).not.toHaveLength(0);
  });

  test.each(Object.keys(presets))('a network of the preset %s is added, and does a photo', async (preset) => {
    const [model, { task, scale = 1 }] = [`${preset}.onnx`, presets[preset].card];
    await writeFile(path.join(bare, model), standIn(preset));
    const added = await perpixel(['models', 'add', model, '--preset', preset], 'nowhere');
    expect(added.stdout).toContain(`perpixel ${task} PHOTOS -o OUT --model ${model}`);
    const result = `${preset}.png`;
    const done = await perpixel([task!, 'photos/a.png', '-o', result, '--model', model], 'nowhere');
    expect(done.stderr).not.toContain('E_');
    const [before, after] = await Promise.all(
      ['photos/a.png', result].map((name) => sharp(path.join(bare, name)).metadata()),
    );
    expect([after.width, after.height]).toEqual([before.width * scale, before.height * scale]);
  });

  test.each([
    ['train', 'denoise', '--data', 'photos', '--run', 'run'],
    ['export', 'run', '-o', 'mine.onnx', '--name', 'mine'],
    ['denoise', 'photos/a.png', '-o', 'other.png', '--engine', 'tensorflow'],
  ])('%s says what is missing, and how it comes', async (...args) => {
    expect(await perpixel(args, 'nowhere')).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/E_ENGINE no TensorFlow\.js.*perpixel setup tensorflow/),
    });
  });

  test('it is found where `perpixel setup tensorflow` put it', async () => {
    // Its networks can be built, so that only a run is missing.
    const said = await perpixel(['export', 'run', '-o', 'mine.onnx', '--name', 'mine'], path.resolve(bare, 'cache'));
    expect(said.stderr).toContain('E_CHECKPOINT');
  });
});

describe('a program that a bundler made, perpixel left out', () => {
  const source = `
import { readFile, writeFile } from 'node:fs/promises';
import { pipeline } from 'perpixel';
const [, , photo, model, result] = process.argv;
const denoise = pipeline('denoise', { model });
await writeFile(result, await denoise(await readFile(photo), { sigma: 12 }));
await denoise.dispose();
`;

  test.each([
    [
      'esbuild',
      ['esbuild', 'app.js', '--bundle', '--platform=node', '--format=esm', '--external:perpixel'],
      '--outfile=esbuild.mjs',
    ],
    ['Vite for a server', ['vite', 'build', '--ssr', 'app.js', '--outDir', 'vite', '--logLevel'], 'warn'],
  ])('%s', async (_, [bundler, ...args], last) => {
    await writeFile(path.join(project, 'app.js'), source);
    await writeFile(path.join(project, 'package.json'), '{"type":"module"}');
    await noisyPhoto().png().toFile(path.join(project, 'photo.png'));
    const model = await writeTinyDenoiser(project);
    await promisify(execFile)(program(`.bin/${bundler}`), [...args, last], { cwd: project });
    const built = bundler === 'vite' ? 'vite/app.js' : 'esbuild.mjs';
    const results = [];
    for (const name of ['app.js', built]) {
      await run(path.join(project, name), ['photo.png', model, `${path.basename(name)}.png`], project);
      results.push(await readFile(path.join(project, `${path.basename(name)}.png`)));
    }
    expect(results[0].equals(results[1])).toBe(true);
  });
});
