/**
 * `npx tsx bench/fuzz.ts [KIND|all] [CASES] [SEED] [FIRST]`: changed files through every reader and writer, in processes that
 * are watched: one that dies, computes for more than 10 s at a case, waits for a minute, or takes more than 1 GiB, an error that is not a
 * PerpixelError, a file that was cut off and is accepted, or a result that cannot be read again is told of, and the file is kept in
 * `fuzz-found/`. Ends with 0 only if there is none. Linux; another SEED each time, unless one is given.
 */
import { fork } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { kinds } from '../test/fuzz/kinds.js';
import { mutant } from '../test/fuzz/mutations.js';

/** Of computing: where others compute too, a case may take longer. */
const LONGEST_MS = 10_000;
const LONGEST_WAIT_MS = 60_000;
const LARGEST_BYTES = 2 ** 30;
/** Findings of a kind after which it is left. */
const MOST = 20;

const [kind = 'all', cases = '2000', seed = String(Math.floor(Math.random() * 2 ** 31)), first = '0', folder] =
  process.argv.slice(2);

interface Message {
  at?: number;
  wrong?: string;
}

/** In a child: the cases one after the other, each told of before and after. */
async function work(atFolder: string): Promise<void> {
  const tell = (message: Message) => new Promise<void>((resolve) => process.send!(message, () => resolve()));
  for (const event of ['unhandledRejection', 'uncaughtException'] as const) {
    process.on(event, (error: Error) => process.send!({ wrong: `${event}: ${error?.message}` }));
  }
  const { seeds: make, attempt } = kinds[kind];
  const seeds = await make(atFolder);
  for (let number = Number(first); number < Number(cases); number++) {
    await tell({ at: number });
    const { bytes, whole } = mutant(seeds, Number(seed), number);
    const wrong = await attempt(bytes, { number, whole, folder: atFolder });
    if (wrong !== undefined) await tell({ wrong });
  }
  process.exit(0);
}

/** What a process has computed; 0 where it has ended. Fields 14 and 15 of proc_pid_stat(5), in hundredths of a second. */
async function computedMs(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return 10 * (Number(fields[11] ?? 0) + Number(fields[12] ?? 0));
}

/** Memory of a process in bytes; 0 where it has ended. */
async function residentBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) * 1024;
}

/** Runs a child from a case on. @returns the case at which it ended, or the number of all */
async function watched(name: string, from: number, found: (number: number, wrong: string) => void): Promise<number> {
  const atFolder = await mkdtemp(path.join(tmpdir(), 'perpixel-fuzz-'));
  const child = fork(fileURLToPath(import.meta.url), [name, cases, seed, String(from), atFolder], { stdio: 'ignore' });
  let at = from;
  let begun: { at: number; computed: number } | undefined;
  let why: string | undefined;
  // The start of Node and the making of whole files is no case.
  let isAtWork = false;
  child.on('message', ({ at: next, wrong }: Message) => {
    if (next !== undefined) [at, begun, isAtWork] = [next, undefined, true];
    if (wrong !== undefined) found(at, wrong);
  });
  const watch = setInterval(async () => {
    const [bytes, computed] = await Promise.all([residentBytes(child.pid!), computedMs(child.pid!)]);
    if (!isAtWork) return;
    begun ??= { at: performance.now(), computed };
    if (computed - begun.computed > LONGEST_MS) why = 'computes for more than 10 s';
    else if (performance.now() - begun.at > LONGEST_WAIT_MS) why = 'waits for more than 60 s';
    else if (bytes > LARGEST_BYTES) why = 'takes more than 1 GiB';
    if (why) child.kill('SIGKILL');
  }, 100);
  const ended = await new Promise<number | string>((resolve) => {
    child.on('exit', (code, signal) => resolve(signal ?? code ?? 'nothing'));
  });
  clearInterval(watch);
  await rm(atFolder, { recursive: true, force: true });
  if (ended === 0) return Number(cases);
  found(at, why ?? `the process ends with ${ended}`);
  return at + 1;
}

async function fuzz(name: string): Promise<number> {
  const findings = new Map<string, { number: number; count: number }>();
  const found = (number: number, wrong: string) => {
    const kindOfWrong = wrong.replace(/\d{2,}/g, '#');
    const known = findings.get(kindOfWrong);
    if (known) known.count++;
    else findings.set(kindOfWrong, { number, count: 1 });
  };
  for (let next = Number(first); next < Number(cases) && findings.size < MOST; )
    next = await watched(name, next, found);
  console.log(`${name}: ${cases} cases, seed ${seed}, ${findings.size} findings`);
  if (findings.size === 0) return 0;
  await mkdir('fuzz-found', { recursive: true });
  const atFolder = await mkdtemp(path.join(tmpdir(), 'perpixel-fuzz-'));
  const seeds = await kinds[name].seeds(atFolder);
  await rm(atFolder, { recursive: true, force: true });
  for (const [wrong, { number, count }] of findings) {
    console.log(`  ${count} x ${wrong} (case ${number})`);
    await writeFile(path.join('fuzz-found', `${name}-${seed}-${number}`), mutant(seeds, Number(seed), number).bytes);
  }
  return findings.size;
}

if (folder !== undefined) await work(folder);
else {
  let all = 0;
  for (const name of kind === 'all' ? Object.keys(kinds) : [kind]) all += await fuzz(name);
  process.exit(all > 0 ? 1 : 0);
}
