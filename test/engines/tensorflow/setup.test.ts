import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { SetupOptions } from '../../../src/engines/engine.js';
import { stagedTensorflow } from '../../../src/engines/tensorflow/findTfjs.js';
import { setupTensorflow } from '../../../src/engines/tensorflow/setup.js';

let folder: string;
let cacheDir: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'perpixel-setup-'));
  cacheDir = path.join(folder, 'cache');
});
afterEach(() => rm(folder, { recursive: true }));

/** A PATH of stand-ins: shell scripts that do what the tools do to the disk, without the network. */
async function setup(programs: Record<string, string>, more: Partial<SetupOptions> = {}) {
  const bin = path.join(folder, 'bin');
  await mkdir(bin, { recursive: true });
  for (const [name, script] of Object.entries(programs)) {
    await writeFile(path.join(bin, name), `#!/bin/sh\n${script}\n`);
    await chmod(path.join(bin, name), 0o755);
  }
  const steps: string[] = [];
  const options: SetupOptions = {
    cacheDir,
    // The scripts' own tools are at the end of the PATH that they are given.
    env: { PATH: bin },
    execPath: path.join(bin, 'node'),
    platform: 'linux',
    arch: 'x64',
    report: (step) => steps.push(step),
    ...more,
  };
  return { steps, done: setupTensorflow(options) };
}

const utils = 'PATH=$PATH:/usr/bin:/bin';
const working = {
  make: 'exit 0',
  'g++': 'exit 0',
  npm: `${utils}; [ "$1" = --version ] || { mkdir -p node_modules/@tensorflow/tfjs-node; touch node_modules/.package-lock.json; }`,
  python3: `${utils}; case "$*" in
    -c*) mkdir -p "$4/tensorflow/include";;
    *download*) while [ "$1" != --dest ]; do shift; done; mkdir -p "$2"; touch "$2/tensorflow.whl";;
  esac`,
  node: 'exit 0',
};

describe('perpixel setup tensorflow', () => {
  test('gives the folder its name when all has worked, and then has nothing to do', async () => {
    const first = await setup(working);
    expect(await first.done).toBe(stagedTensorflow(cacheDir));
    expect(first.steps).toHaveLength(4);
    expect(await readdir(cacheDir)).toEqual([path.basename(stagedTensorflow(cacheDir))]);
    const again = await setup({});
    expect(await again.done).toBe(stagedTensorflow(cacheDir));
    expect(again.steps).toEqual([]);
  });

  test('goes on where it was broken off', async () => {
    await expect((await setup({ ...working, node: 'echo no compiler >&2; exit 1' })).done).rejects.toThrow(
      'no compiler',
    );
    expect(await readdir(cacheDir)).toEqual([`${path.basename(stagedTensorflow(cacheDir))}.partial`]);
    const fetchless = { npm: '[ "$1" = --version ]', python3: 'case "$*" in *--version*) exit 0;; *) exit 1;; esac' };
    const second = await setup({ ...working, ...fetchless });
    expect(await second.done).toBe(stagedTensorflow(cacheDir));
  });

  const { 'g++': _, ...withoutCompiler } = working;
  const { python3: __, ...withoutPython } = working;
  test.each<[string, Record<string, string>, Partial<SetupOptions>, object]>([
    [
      'macOS',
      working,
      { platform: 'darwin' },
      { code: 'E_ENGINE', cure: expect.stringContaining('npm install @tensorflow') },
    ],
    ['ARM', working, { arch: 'arm64' }, { code: 'E_ENGINE', received: 'linux arm64' }],
    ['no compiler', withoutCompiler, {}, { received: 'no g++', cure: expect.stringContaining('build-essential') }],
    ['no python', withoutPython, {}, { received: 'no python', cure: expect.stringContaining('python3-pip') }],
    [
      'no pip',
      { ...working, python3: 'case "$*" in *pip*) echo "No module named pip" >&2; exit 1;; esac' },
      {},
      { cure: expect.stringContaining('Install pip') },
    ],
    [
      'no network',
      { ...working, npm: '[ "$1" = --version ] || { echo "npm error code EAI_AGAIN" >&2; exit 1; }' },
      {},
      { code: 'E_ENGINE', cure: expect.stringContaining('can be reached') },
    ],
    [
      'no space',
      { ...working, npm: '[ "$1" = --version ] || { echo "npm error ENOSPC: no space left" >&2; exit 1; }' },
      {},
      { code: 'E_WRITE', cure: expect.stringContaining('Make room') },
    ],
    [
      'a library that does not compute',
      { ...working, node: 'case "$*" in -e*) echo "1 + 2 is not 3" >&2; exit 1;; esac' },
      {},
      { code: 'E_ENGINE', received: expect.stringContaining('1 + 2 is not 3') },
    ],
  ])('on %s says so, and what to do', async (_, programs, more, error) => {
    await expect((await setup(programs, more)).done).rejects.toMatchObject({ name: 'PerpixelError', ...error });
  });

  test('stops at once when it is told to', async () => {
    const aborter = new AbortController();
    const slow = { ...working, npm: '[ "$1" = --version ] || exec /bin/sleep 60' };
    const { done } = await setup(slow, { signal: aborter.signal });
    setTimeout(() => aborter.abort(new Error('stopped')), 500);
    const begin = performance.now();
    await expect(done).rejects.toThrow('stopped');
    expect(performance.now() - begin).toBeLessThan(5000);
  });
});
