/**
 * `npx tsx bench/faults.ts [SEED] [TIMES] [COMMAND] [DISTURBANCE]`: every command that writes, on disks of random sizes that fill up
 * (tmpfs, as root; else by a limit on files), with few open files, twice at one time, and ended with kill -9 at random moments, TIMES of
 * each (20); a video's FFmpegs get KILL, SEGV and INT besides. After each, nothing may be half done under a final name, no input may have
 * changed, exit status 0 has to mean that all is there, and the same command has to finish it. Prints a line a command and disturbance,
 * with the exit statuses (null: killed); its own is 0 only without faults. Needs `npm run build`, FFmpeg and redis-server.
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
  fleetCommand,
  furtherCommands,
  prepare,
  type Ran,
  runIn,
} from '../test/helpers/faultyRuns.js';
import { startRedis } from '../test/helpers/fleetServers.js';

const [seed, times] = [process.argv[2] ?? 1, process.argv[3] ?? 20].map(Number);
const [only, onlyHow] = process.argv.slice(4);
const draw = random(seed, 'faults');
const isRoot = process.geteuid?.() === 0;
const home = await mkdtemp(path.join(tmpdir(), 'perpixel-faults-'));
let count = 0;
/** Exit statuses of disturbed runs. */
let statuses: Record<string, number> = {};
/** What a run that nothing disturbs takes: time in ms, room in KiB. */
const took = new Map<string, number>();
const kilobytesOf = new Map<string, number>();

/** A moment of a command's run, or shortly after. */
const moment = ({ name }: Disturbed) => draw.uniform(0, 1.1 * took.get(name)!);

/** A folder of results for each run. */
const next = () => `run${count++}`;

async function finished(command: Disturbed, folder: string): Promise<string[]> {
  const again = await runIn(command, home, folder);
  const faults = await faultsOf(command, home, folder, again);
  return again.code === 0 ? faults : [...faults, `not finished by the same command: ${again.stderr}`];
}

async function limited(command: Disturbed, how: Disturbance): Promise<string[]> {
  const folder = next();
  const ran = await disturbed(command, folder, how);
  return [...(await faultsOf(command, home, folder, ran)), ...(await finished(command, folder))];
}

/** Onto a disk on which little is left; then there is room. */
async function onFullDisk(command: Disturbed): Promise<string[]> {
  const kilobytes = Math.round(draw.uniform(0, 1.2) * kilobytesOf.get(command.name)!);
  if (!isRoot) return limited(command, { fileSize: kilobytes });
  const folder = next();
  const disk = path.join(home, folder);
  await mkdir(disk);
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16m', 'tmpfs', disk]);
  try {
    const filler = path.join(disk, 'filler');
    await writeFile(filler, Buffer.alloc((16 * 1024 - kilobytes) * 1024));
    const ran = await disturbed(command, folder);
    const faults = await faultsOf(command, home, folder, ran);
    await rm(filler);
    return [...faults, ...(await finished(command, folder))];
  } finally {
    execFileSync('umount', ['-l', disk]);
  }
}

async function twice(command: Disturbed): Promise<string[]> {
  const folder = next();
  const ran = await Promise.all([1, 2].map(() => disturbed(command, folder)));
  const faults = await Promise.all(ran.map((each) => faultsOf(command, home, folder, each)));
  return [...faults.flat(), ...(ran.some(({ code }) => code === 0) ? [] : ['neither of the two did it'])];
}

async function disturbed(command: Disturbed, folder: string, how?: Disturbance): Promise<Ran> {
  const ran = await runIn(command, home, folder, how);
  statuses[String(ran.code)] = (statuses[String(ran.code)] ?? 0) + 1;
  return ran;
}

const SIGNALS = ['SIGKILL', 'SIGSEGV', 'SIGINT'] as const;

const disturbances: Record<string, (command: Disturbed) => Promise<string[]>> = {
  'full disk': onFullDisk,
  'few open files': (command) => limited(command, { openFiles: draw.integer(60) + 24 }),
  'twice at one time': twice,
  'kill -9': (command) => limited(command, { killAfterMs: moment(command) }),
  'FFmpeg ended': (command) =>
    limited(command, { ffmpeg: { signal: SIGNALS[draw.integer(SIGNALS.length)], afterMs: moment(command) } }),
};

const data = path.join(home, 'redis');
await mkdir(data);
const redis = await startRedis(data);
try {
  const all = [...commands, ...furtherCommands, fleetCommand(redis.url)];
  const chosen = all.filter(({ name }) => !only || name.startsWith(only));
  await prepare(home, chosen);
  const inputs = digestOfInputs(home);
  let found = 0;
  for (const command of chosen) {
    const start = performance.now();
    const folder = next();
    await runIn(command, home, folder);
    took.set(command.name, performance.now() - start);
    kilobytesOf.set(
      command.name,
      Number(
        execFileSync('du', ['-sk', path.join(home, folder)])
          .toString()
          .split('\t')[0],
      ),
    );
    for (const [disturbance, attempt] of Object.entries(disturbances)) {
      if (onlyHow !== undefined && !disturbance.startsWith(onlyHow)) continue;
      if (disturbance === 'FFmpeg ended' && !command.name.startsWith('video')) continue;
      const faults: string[] = [];
      statuses = {};
      for (let time = 0; time < times; time++) {
        faults.push(...(await attempt(command)));
        if (digestOfInputs(home) !== inputs) faults.push('an input was changed');
      }
      found += faults.length;
      console.log(JSON.stringify({ seed, command: command.name, disturbance, times, statuses, faults }));
    }
  }
  process.exitCode = found === 0 ? 0 : 1;
} finally {
  await redis.stop();
  await rm(home, { recursive: true, force: true });
}
