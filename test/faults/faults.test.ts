import { statSync } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  commands,
  type Disturbance,
  digestOfInputs,
  faultsOf,
  furtherCommands,
  prepare,
  runIn,
} from '../helpers/faultyRuns.js';

let home: string;
let inputs: string;
beforeAll(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'perpixel-faults-'));
  await prepare(home, [...commands, ...furtherCommands]);
  inputs = digestOfInputs(home);
}, 300_000);
afterAll(() => rm(home, { recursive: true, force: true }));

describe.each(commands.map((command) => [command.name, command] as const))('%s', (_, command) => {
  test.each<[string, Disturbance]>([
    ['where no file may be written to', { fileSize: 0 }],
    ['where files may only be small', { fileSize: 2 }],
    ['with few open files', { openFiles: 64 }],
    ['ended with kill -9 at its start', { killAfterMs: 400 }],
    ['ended with kill -9 later', { killAfterMs: 1500 }],
  ])('%s leaves nothing half done, and is finished by the same command', async (how, disturbance) => {
    const ran = await runIn(command, home, how, disturbance);
    expect(await faultsOf(command, home, how, ran)).toEqual([]);
    const again = await runIn(command, home, how);
    expect(again).toMatchObject({ code: 0 });
    expect(await faultsOf(command, home, how, again)).toEqual([]);
    const left = await readdir(path.join(home, how), { recursive: true });
    expect(left.filter((name) => /\.tmp$|\.lock$|\.partial$|\.parts/.test(name))).toEqual([]);
    expect(digestOfInputs(home)).toBe(inputs);
  });

  test('twice at one time: each does it, or is told of the other', async () => {
    const ran = await Promise.all([1, 2].map(() => runIn(command, home, 'twice')));
    expect(ran.map(({ code }) => code)).toContain(0);
    for (const each of ran) expect(await faultsOf(command, home, 'twice', each)).toEqual([]);
    expect(digestOfInputs(home)).toBe(inputs);
  });

  test('into a folder that cannot be made: told of, without a stack trace', async () => {
    if (command.pipes) return;
    await writeFile(path.join(home, 'file'), 'not a folder').catch(() => {});
    const ran = await runIn(
      { ...command, args: (from) => command.args(from, path.join(home, 'file')) },
      home,
      'nowhere',
    );
    expect(ran.code).toBeGreaterThan(0);
    expect(await faultsOf(command, home, 'nowhere', ran)).toEqual([]);
  });
});

test.each(
  furtherCommands.map((command) => [command.name, command] as const),
)('%s, where files may only be small: nothing half done, and finished by the same command', async (_, command) => {
  // The largest of them lacks its last bytes: a system may say so by a number alone, where it was the last to be written.
  const files = await readdir(path.join(home, 'undisturbed', command.name), { recursive: true, withFileTypes: true });
  const sizes = files
    .filter((file) => file.isFile())
    .map((file) => statSync(path.join(file.parentPath, file.name)).size);
  const ran = await runIn(command, home, 'small', { fileSize: Math.ceil(Math.max(...sizes) / 1024) - 1 });
  expect(ran.code).toBe(1);
  expect(await faultsOf(command, home, 'small', ran)).toEqual([]);
  const again = await runIn(command, home, 'small');
  expect(again).toMatchObject({ code: 0 });
  expect(await faultsOf(command, home, 'small', again)).toEqual([]);
  expect(digestOfInputs(home)).toBe(inputs);
});
