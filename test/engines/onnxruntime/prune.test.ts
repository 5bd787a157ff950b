import { mkdir, mkdtemp, readdir, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { prune } from '../../../src/engines/onnxruntime/prune.js';

let folder: string;
beforeEach(async () => {
  folder = await realpath(await mkdtemp(path.join(tmpdir(), 'perpixel-prune-')));
});
afterEach(() => rm(folder, { recursive: true }));

const kinds = ['darwin/arm64', 'linux/arm64', 'linux/x64', 'win32/arm64', 'win32/x64'];
const machine = { platform: 'linux', arch: 'x64' };

/** A package with a module in it. */
async function installPackage(place: string, name: string): Promise<string> {
  await mkdir(path.join(place, 'dist'), { recursive: true });
  await writeFile(path.join(place, 'package.json'), JSON.stringify({ name, main: 'dist/index.js' }));
  await writeFile(path.join(place, 'dist/index.js'), '');
  return path.join(place, 'dist/index.js');
}

/** onnxruntime-node as it lies on the disk, with a kilobyte for each kind of machine. */
async function installRuntime(place: string): Promise<void> {
  await installPackage(place, 'onnxruntime-node');
  for (const kind of kinds) {
    const libraries = path.join(place, 'bin/napi-v6', kind);
    await mkdir(libraries, { recursive: true });
    await writeFile(path.join(libraries, 'onnxruntime_binding.node'), Buffer.alloc(1000));
  }
}

const left = async (place: string) =>
  (await readdir(path.join(place, 'bin/napi-v6'), { recursive: true })).filter((name) => name.endsWith('.node')).sort();
const all = kinds.map((kind) => `${kind}/onnxruntime_binding.node`);

describe('the libraries of other kinds of machines', () => {
  test.each([
    ['beside perpixel, as npm puts it', 'node_modules/perpixel', 'node_modules/onnxruntime-node'],
    ["in perpixel's own node_modules, as in a clone", 'perpixel', 'perpixel/node_modules/onnxruntime-node'],
  ])('go %s, and the second time nothing is left to do', async (_, perpixel, runtime) => {
    const from = await installPackage(path.join(folder, perpixel), 'perpixel');
    const place = path.join(folder, runtime);
    await installRuntime(place);
    expect(await prune({ ...machine, from })).toEqual({
      folder: place,
      kept: 'linux/x64',
      removed: kinds.filter((name) => name !== 'linux/x64').map((name) => ({ name, bytes: 1000 })),
    });
    expect(await left(place)).toEqual(['linux/x64/onnxruntime_binding.node']);
    expect(await readdir(path.join(place, 'bin/napi-v6'))).toEqual(['linux']);
    expect(await prune({ ...machine, from })).toEqual({ folder: place, kept: 'linux/x64', removed: [] });
  });

  test.each([
    ['a link to it', 'project/node_modules/onnxruntime-node', 'elsewhere/node_modules/onnxruntime-node'],
    ['a link to all of node_modules', 'project/node_modules', 'elsewhere/node_modules'],
  ])('stay where it is of another installation: %s', async (_, link, target) => {
    const from = await installPackage(path.join(folder, 'project/lib/perpixel'), 'perpixel');
    const place = path.join(folder, 'elsewhere/node_modules/onnxruntime-node');
    await installRuntime(place);
    await mkdir(path.dirname(path.join(folder, link)), { recursive: true });
    await symlink(path.join(folder, target), path.join(folder, link), 'junction');
    await expect(prune({ ...machine, from })).rejects.toMatchObject({ code: 'E_ENGINE', subject: place });
    expect(await left(place)).toEqual(all);
  });

  test('stay where nothing is there for this machine', async () => {
    const from = await installPackage(path.join(folder, 'node_modules/perpixel'), 'perpixel');
    const place = path.join(folder, 'node_modules/onnxruntime-node');
    await installRuntime(place);
    await expect(prune({ platform: 'linux', arch: 'riscv64', from })).rejects.toMatchObject({
      code: 'E_ENGINE',
      received: 'no libraries for linux/riscv64',
    });
    expect(await left(place)).toEqual(all);
  });
});
