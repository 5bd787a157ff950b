/**
 * `npx tsx bench/abortedCalls.ts [COUNT] [TASK] [MODEL]`: what aborted calls leave behind, on this thread and with `worker: true`.
 *
 * - rejectMs: the longest from an abort to the rejection of its call; 20 ms at most.
 * - workMs: the most processor time spent after an abort, by all threads and processes, divided by the number of cores: how long
 *   they were at it, had the machine nothing else to do; 200 ms at most.
 * - growthMiB: memory after COUNT aborted calls over that after the first fifth of them; 20 MiB at most.
 * - calmMs, stoppableMs: a whole call without a signal and with one, in turn, three rounds, median.
 *
 * Calls are aborted at moments spread over their whole course. TASK is denoise where not given; MODEL an .onnx, the shipped one
 * where not given. Linux only; needs `npm run build`.
 */
import { readdir, readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type Pipeline, pipeline } from 'perpixel';
import { random } from '../src/core/random.js';
import { noisyPicture } from './noisyPicture.js';

const [count = '1000', task = 'denoise', model] = process.argv.slice(2);
const LIMITS = { rejectMs: 20, workMs: 200, growthMiB: 20 };
/** Aborts whose after-work is waited for one by one; the rest come at the pace of a user who holds down a key. */
const WATCHED = 6;
const ROUNDS = 3;
/** `man 5 proc`: the unit of its times, 100 a second wherever Linux runs. */
const TICK_MS = 10;
/** Less than this in a quarter of a second is idle. */
const LOOKING_MS = 60;

setFlagsFromString('--expose-gc');
const gc: () => void = runInNewContext('gc');
const draw = random(1, 'aborts');
const photo = await noisyPicture(900, 700).jpeg().toBuffer();

/** Starts a call and aborts it `after` milliseconds. @returns how long the call then took to reject; 0 where it was done before */
type Restorer = Pipeline<'denoise'>;

async function aborted(clean: Restorer, after: number): Promise<number> {
  const aborter = new AbortController();
  let abortedAt = 0;
  const call = clean(photo, { signal: aborter.signal }).then(
    () => 0,
    () => performance.now() - abortedAt,
  );
  await sleep(after);
  abortedAt = performance.now();
  aborter.abort();
  return call;
}

/** Processor time until this process and its children are idle, in milliseconds; what it takes to look is no work. */
async function workUntilIdle(): Promise<number> {
  const start = await spentMs();
  let [last, worked] = [start, start];
  for (let idle = 0; idle < 4; ) {
    await sleep(250);
    const now = await spentMs();
    if (now - last < LOOKING_MS) idle++;
    else [idle, worked] = [0, now];
    last = now;
  }
  return worked - start;
}

/** Processor time of this process, of its children, and of those that have ended. */
async function spentMs(): Promise<number> {
  const { user, system } = process.cpuUsage();
  const [, , ...ended] = timesOf(await readFile('/proc/self/stat', 'utf8'));
  const living = (await Promise.all((await children()).map((pid) => statOf(pid)))).map(timesOf);
  return (user + system) / 1000 + TICK_MS * [...ended, ...living.flat()].reduce((sum, ticks) => sum + ticks, 0);
}

/** utime, stime, cutime and cstime. */
function timesOf(stat: string): number[] {
  return stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 15)
    .map(Number);
}

/** Of processes that any thread of this one has started. */
async function children(): Promise<string[]> {
  const threads = await readdir('/proc/self/task');
  const lists = threads.map((thread) => readFile(`/proc/self/task/${thread}/children`, 'utf8').catch(() => ''));
  return (await Promise.all(lists)).flatMap((list) => list.split(' ').filter(Boolean));
}

/** Empty where it has just ended. */
const statOf = (pid: string): Promise<string> => readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');

/** After a call that was not aborted, so that all that computes is there. */
async function memoryMiB(clean: Restorer): Promise<number> {
  await clean(photo, { signal: new AbortController().signal });
  for (let i = 0; i < 3; i++) {
    await sleep(50);
    gc();
  }
  const held = (await children()).map((pid) => readFile(`/proc/${pid}/status`, 'utf8').catch(() => ''));
  const kibibytes = (await Promise.all(held)).map((status) => Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0));
  return process.memoryUsage().rss / 2 ** 20 + kibibytes.reduce((sum, each) => sum + each, 0) / 1024;
}

async function timeOf(call: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await call();
  return performance.now() - start;
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1];

let within = true;
for (const worker of [false, true]) {
  await using clean = pipeline(task as 'denoise', { model, worker });
  const { signal } = new AbortController();
  const calls = [() => clean(photo), () => clean(photo, { signal })];
  for (const call of calls) await call(); // What is loaded the first time is no leak.
  const courses: number[][] = [[], []];
  for (let i = 0; i < ROUNDS; i++) for (const kind of [0, 1]) courses[kind].push(await timeOf(calls[kind]));
  const [calmMs, courseMs] = courses.map(median);

  const rejections: number[] = [];
  const works: number[] = [];
  for (let i = 0; i < WATCHED; i++) {
    rejections.push(await aborted(clean, (courseMs * (i + 0.5)) / WATCHED));
    works.push((await workUntilIdle()) / availableParallelism());
  }
  let early = 0;
  for (let i = 0; i < Number(count); i++) {
    rejections.push(await aborted(clean, draw.uniform() * Math.min(courseMs, 100)));
    if (i === Math.floor(Number(count) / 5)) early = await memoryMiB(clean);
  }
  const measured = {
    rejectMs: Math.round(Math.max(...rejections)),
    workMs: Math.round(Math.max(...works)),
    growthMiB: Math.round((await memoryMiB(clean)) - early),
  };
  const times = { calmMs: Math.round(calmMs), stoppableMs: Math.round(courseMs) };
  console.log(JSON.stringify({ task, worker, aborted: rejections.length, ...measured, ...times }));
  for (const [name, limit] of Object.entries(LIMITS)) within &&= measured[name as keyof typeof LIMITS] <= limit;
}
process.exitCode = within ? 0 : 1;
