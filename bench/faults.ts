/**
 * `npx tsx bench/faults.ts [SEED] [TIMES] [COMMAND]`: every command that writes, on disks of random sizes that fill up (tmpfs, as root;
 * else by a limit on files), with few open files, twice at one time, and ended with kill -9 at random moments, TIMES of each (20). After
 * each, nothing may be half done under a final name, no input may have changed, exit status 0 has to mean that all is there, and
 * the same command has to finish it. Prints a line a command and disturbance; the status is 0 only without faults. Needs `npm run build`.
 */
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { random } from '../src/core/random.js';
import {
  commands,
  type Disturbance,
  type Disturbed,
  digestOfInputs,
  faultsOf,
  prepare,
  runIn,
} from '../test/helpers/faultyRuns.js';

const [seed, times] = [process.argv[2] ?? 1, process.argv[3] ?? 20].map(Number);
const only = process.argv[4];
const draw = random(seed, 'faults');
const isRoot = process.geteuid?.() === 0;
const home = await mkdtemp(path.join(tmpdir(), 'perpixel-faults-'));
let count = 0;

/** A folder of results for each run. */
const next = () => `run${count++}`;

async function finished(command: Disturbed, folder: string): Promise<string[]> {
  const again = await runIn(command, home, folder);
  const faults = await faultsOf(command, home, folder, again);
  return again.code === 0 ? faults : [...faults, `not finished by the same command: ${again.stderr}`];
}

async function limited(command: Disturbed, how: Disturbance): Promise<string[]> {
  const folder = next();
  const ran = await runIn(command, home, folder, how);
  return [...(await faultsOf(command, home, folder, ran)), ...(await finished(command, folder))];
}

/** Onto a disk on which little is left; then there is room. */
async function onFullDisk(command: Disturbed): Promise<string[]> {
  const kilobytes = Math.round(2 ** draw.uniform(0, 9));
  if (!isRoot) return limited(command, { fileSize: kilobytes });
  const folder = next();
  const disk = path.join(home, folder);
  await mkdir(disk);
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16m', 'tmpfs', disk]);
  try {
    const filler = path.join(disk, 'filler');
    await writeFile(filler, Buffer.alloc((16 * 1024 - kilobytes) * 1024));
    const ran = await runIn(command, home, folder);
    const faults = await faultsOf(command, home, folder, ran);
    await rm(filler);
    return [...faults, ...(await finished(command, folder))];
  } finally {
    execFileSync('umount', ['-l', disk]);
  }
}

async function twice(command: Disturbed): Promise<string[]> {
  const folder = next();
  const ran = await Promise.all([1, 2].map(() => runIn(command, home, folder)));
  const faults = await Promise.all(ran.map((each) => faultsOf(command, home, folder, each)));
  return [...faults.flat(), ...(ran.some(({ code }) => code === 0) ? [] : ['neither of the two did it'])];
}

const disturbances: Record<string, (command: Disturbed) => Promise<string[]>> = {
  'full disk': onFullDisk,
  'few open files': (command) => limited(command, { openFiles: draw.integer(60) + 24 }),
  'twice at one time': twice,
  'kill -9': (command) => limited(command, { killAfterMs: draw.uniform(100, 4000) }),
};

try {
  await prepare(home);
  const inputs = digestOfInputs(home);
  let all = 0;
  for (const command of commands.filter(({ name }) => only === undefined || name.startsWith(only))) {
    for (const [disturbance, disturbed] of Object.entries(disturbances)) {
      const faults: string[] = [];
      for (let time = 0; time < times; time++) {
        faults.push(...(await disturbed(command)));
        if (digestOfInputs(home) !== inputs) faults.push('an input was changed');
      }
      all += faults.length;
      console.log(JSON.stringify({ seed, command: command.name, disturbance, times, faults }));
    }
  }
  process.exitCode = all === 0 ? 0 : 1;
} finally {
  await rm(home, { recursive: true, force: true });
}
