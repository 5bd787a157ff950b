import { spawn, spawnSync } from 'node:child_process';
import { readlinkSync } from 'node:fs';
import {
  type FileHandle,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  rm,
  stat,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { createServer } from 'node:net';
import { constants, tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { removeStaleTemporaries, writeWhole } from '../../../src/core/files/writeWhole.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'whole-'));
});
afterEach(() => rm(folder, { recursive: true }));

const text = (content: string) => (temporary: string) => writeFile(temporary, content);

test('makes folders, replaces what is there, keeps the time that is asked for', async () => {
  const file = path.join(folder, 'a', 'b', 'x.txt');
  const modified = new Date('2001-02-03T04:05:06Z');
  await writeWhole(file, text('first'));
  await writeWhole(file, text('second'), { modified });
  expect(await readFile(file, 'utf8')).toBe('second');
  expect((await stat(file)).mtime).toEqual(modified);
  expect(await readdir(path.dirname(file))).toEqual(['x.txt']);
});

test.each([
  ['a full disk', 'ENOSPC', /Free some space/],
  ['no permission', 'EACCES', /Change the permissions/],
  ['a disk that is read-only', 'EROFS', /Write elsewhere/],
  ['too many open files', 'EMFILE', /ulimit -n/],
])('%s: E_WRITE with its cure, nothing left, the old file untouched', async (_, code, cure) => {
  const file = path.join(folder, 'x.txt');
  await writeFile(file, 'old');
  const failing = async (temporary: string) => {
    await writeFile(temporary, 'half');
    throw Object.assign(new Error(code), { code });
  };
  await expect(writeWhole(file, failing)).rejects.toMatchObject({
    code: 'E_WRITE',
    subject: file,
    cure: expect.stringMatching(cure),
  });
  expect(await readdir(folder)).toEqual(['x.txt']);
  expect(await readFile(file, 'utf8')).toBe('old');
});

test('a quota, for which Node has no name', async () => {
  const error = Object.assign(new Error('write'), {
    code: 'Unknown system error -122',
    errno: -constants.errno.EDQUOT,
  });
  const codec = new Error('x.png: write error\nunix error: Disk quota exceeded');
  for (const cause of [error, codec]) {
    const failing = () => Promise.reject(cause);
    await expect(writeWhole(path.join(folder, 'x'), failing)).rejects.toMatchObject({
      received: 'the quota is used up',
    });
  }
});

test('a disk that fails after the bytes were taken: told of, of the file and of its folder', async () => {
  const { prototype, sync } = await prototypeOfHandles();
  const failsFor = (kind: 'isFile' | 'isDirectory') =>
    vi.spyOn(prototype, 'sync').mockImplementation(async function (this: FileHandle) {
      if ((await this.stat())[kind]()) throw Object.assign(new Error('EIO'), { code: 'EIO' });
      await sync.call(this);
    });
  for (const kind of ['isFile', 'isDirectory'] as const) {
    const spy = failsFor(kind);
    const error = await writeWhole(path.join(folder, kind), text('whole')).catch((caught) => caught);
    spy.mockRestore();
    expect(error).toMatchObject({ code: 'E_WRITE' });
  }
  expect(await readdir(folder)).toEqual(['isDirectory']);
});

test.skipIf(process.platform !== 'linux')('what is taken to the disk was open while it was written', async () => {
  const { prototype, sync } = await prototypeOfHandles();
  const synced: number[] = [];
  const spy = vi.spyOn(prototype, 'sync').mockImplementation(async function (this: FileHandle) {
    synced.push(this.fd);
    await sync.call(this);
  });
  let held: number[] = [];
  await writeWhole(path.join(folder, 'x'), async (temporary) => {
    await writeFile(temporary, 'whole');
    const all = await readdir('/proc/self/fd');
    held = all.filter((fd) => realpathOf(`/proc/self/fd/${fd}`) === temporary).map(Number);
  });
  spy.mockRestore();
  expect(held).toHaveLength(1);
  expect(synced[0]).toBe(held[0]);
});

async function prototypeOfHandles(): Promise<{ prototype: FileHandle; sync: FileHandle['sync'] }> {
  const handle = await open(folder, 'r');
  const prototype = Object.getPrototypeOf(handle) as FileHandle;
  await handle.close();
  return { prototype, sync: prototype.sync };
}

function realpathOf(link: string): string | undefined {
  try {
    return readlinkSync(link);
  } catch {
    return undefined;
  }
}

test('a file where a folder is needed, a folder where the file is to be', async () => {
  await writeFile(path.join(folder, 'file'), '');
  await mkdir(path.join(folder, 'taken', 'full'), { recursive: true });
  for (const blocked of ['file/x.txt', 'taken']) {
    await expect(writeWhole(path.join(folder, blocked), text('x'))).rejects.toMatchObject({ code: 'E_WRITE' });
  }
  expect((await readdir(folder)).sort()).toEqual(['file', 'taken']);
});

test('aborting removes what was written before it returns', async () => {
  const aborter = new AbortController();
  let started = () => {};
  const writing = new Promise<void>((resolve) => {
    started = resolve;
  });
  const slow = async (temporary: string) => {
    await writeFile(temporary, 'half');
    started();
    await sleep(20);
  };
  const write = writeWhole(path.join(folder, 'x.txt'), slow, { signal: aborter.signal });
  await writing;
  aborter.abort(new Error('stopped'));
  expect(await readdir(folder)).toEqual([]);
  await expect(write).rejects.toThrow('stopped');
  expect(await readdir(folder)).toEqual([]);
});

test.skipIf(process.platform === 'win32')(
  'a file is no more public than what it was made of, or what it replaces',
  async () => {
    const file = path.join(folder, 'x.txt');
    const modeOf = async () => (await stat(file)).mode & 0o777;
    await writeWhole(file, text('private'), { mode: 0o600 });
    expect(await modeOf()).toBe(0o600);
    await writeWhole(file, text('again'));
    expect(await modeOf()).toBe(0o600);
  },
);

/** A socket, as it needs no program to be made; pipes and devices are the same kind. */
test.skipIf(process.platform === 'win32')('what is no file is never replaced', async () => {
  const server = createServer();
  const socket = path.join(folder, 'x.png');
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  await expect(writeWhole(socket, text('x'))).rejects.toMatchObject({
    code: 'E_WRITE',
    received: expect.stringContaining('socket'),
  });
  await expect(writeWhole('/dev/null', text('x'))).rejects.toMatchObject({
    code: 'E_WRITE',
    received: expect.stringContaining('device'),
  });
  expect((await stat(socket)).isSocket()).toBe(true);
  await new Promise((resolve) => server.close(resolve));
});

test('no two writes share a temporary name, whichever thread does them', async () => {
  const names = new Set<string>();
  const write = async (temporary: string) => {
    names.add(temporary);
    await writeFile(temporary, 'x', { flag: 'r+' });
  };
  await Promise.all(Array.from({ length: 20 }, () => writeWhole(path.join(folder, 'x.txt'), write)));
  expect(names.size).toBe(20);
  expect([...names].every((name) => /-[0-9a-f]{32}\.tmp$/.test(name))).toBe(true);
});

test.each([
  ['of another container or computer that writes', 0, true],
  ['of another container or computer that fell silent', 3_600_000, false],
])('a temporary file %s', async (_, age, stays) => {
  const name = `.perpixel-${'0'.repeat(16)}-1-1-${'0'.repeat(32)}.tmp`;
  const then = new Date(Date.now() - age);
  await writeFile(path.join(folder, name), 'half');
  await utimes(path.join(folder, name), then, then);
  await removeStaleTemporaries(folder);
  expect(await readdir(folder)).toEqual(stays ? [name] : []);
});

test('a process killed while it writes leaves no broken file, and the next run removes the rest', async () => {
  const out = path.join(folder, 'out');
  const source = path.resolve('src/core/files/writeWhole.ts');
  const vitest = import.meta.resolve('vitest/node');
  const script = `
    import { writeFile } from 'node:fs/promises';
    import { createViteServer } from ${JSON.stringify(vitest)};
    const server = await createViteServer({ configFile: false, logLevel: 'silent', server: { middlewareMode: true, ws: false } });
    const { writeWhole } = await server.ssrLoadModule(${JSON.stringify(source)});
    await writeWhole('out/whole.txt', (temporary) => writeFile(temporary, 'x'.repeat(1e6)));
    await writeWhole('out/broken.txt', async (temporary) => {
      await writeFile(temporary, 'half');
      console.log('half');
      await new Promise(() => setInterval(() => {}, 1000));
    });`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { cwd: folder, stdio: 'pipe' });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  await Promise.race([
    new Promise((resolve) => child.stdout.once('data', resolve)),
    ended.then((code) => Promise.reject(new Error(`the writer ended early: ${code}`))),
  ]);

  await removeStaleTemporaries(out);
  expect(await readdir(out)).toHaveLength(2); // A writer that lives keeps its file.
  child.kill('SIGKILL');
  await ended;

  const left = await readdir(out);
  expect(left).toHaveLength(2);
  expect(left).not.toContain('broken.txt');
  expect(await readFile(path.join(out, 'whole.txt'))).toHaveLength(1e6);
  await removeStaleTemporaries(out);
  expect(await readdir(out)).toEqual(['whole.txt']);
});

test('what a killed run left in a folder is gone when something is next written there, whatever command does it', async () => {
  const script = `
    import { writeWhole } from ${JSON.stringify(new URL('../../../src/core/files/writeWhole.ts', import.meta.url).href)};
    await writeWhole(${JSON.stringify(path.join(folder, 'a.bin'))}, async () => process.kill(process.pid, 'SIGKILL'));`;
  const loader = new URL('../../helpers/typescriptWorker.mjs', import.meta.url).href;
  spawnSync(process.execPath, ['--import', loader, '--input-type=module', '-e', script]);
  expect((await readdir(folder)).filter((name) => name.endsWith('.tmp'))).toHaveLength(1);
  await writeWhole(path.join(folder, 'b.bin'), (temporary) => writeFile(temporary, 'b'));
  expect(await readdir(folder)).toEqual(['b.bin']);
});
