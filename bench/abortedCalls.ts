/**
 * `npx tsx bench/abortedCalls.ts [COUNT] [TILE] [MODEL]`: what aborted calls leave behind, on this thread and with `worker: true`.
 *
 * - rejectMs: the longest from an abort to the rejection of its call; 20 ms at most.
 * - workMs: the most processor time that all threads still spent after an abort, divided by the number of cores: how long they
 *   were at it, had the machine nothing else to do; 200 ms at most.
 * - growthMiB: memory of the process after COUNT aborted calls over that after the first tenth of them; 20 MiB at most.
 *
 * Calls are aborted at moments spread over their whole course. TILE is their largest tile, where it is not to be what a call with a
 * signal takes; MODEL is an .onnx, the shipped one where not given. Needs `npm run build`.
 */
import { availableParallelism } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type Pipeline, pipeline } from 'perpixel';
import { random } from '../src/training/random.js';
import { noisyPicture } from './noisyPicture.js';

const [count = '1000', tile, model] = process.argv.slice(2);
const options = tile === undefined ? {} : { tile: Number(tile) };
const LIMITS = { rejectMs: 20, workMs: 200, growthMiB: 20 };
/** Aborts whose after-work is waited for one by one; the rest come at the pace of a user who holds down a key. */
const WATCHED = 8;

setFlagsFromString('--expose-gc');
const gc: () => void = runInNewContext('gc');
const draw = random(1, 'aborts');
const photo = await noisyPicture(900, 700).jpeg().toBuffer();

/** Starts a call and aborts it `after` milliseconds. @returns how long the call then took to reject; 0 where it was done before */
async function aborted(clean: Pipeline<object>, after: number): Promise<number> {
  const aborter = new AbortController();
  let abortedAt = 0;
  const call = clean(photo, { ...options, signal: aborter.signal }).then(
    () => 0,
    () => performance.now() - abortedAt,
  );
  await sleep(after);
  abortedAt = performance.now();
  aborter.abort();
  return call;
}

/** Processor time until all threads of this process are idle, in milliseconds. */
async function workUntilIdle(): Promise<number> {
  const spent = () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  };
  const start = spent();
  let last = start;
  for (let idle = 0; idle < 10; ) {
    await sleep(100);
    const now = spent();
    idle = now - last < 5 ? idle + 1 : 0;
    last = now;
  }
  return last - start;
}

async function memoryMiB(): Promise<number> {
  for (let i = 0; i < 3; i++) {
    await sleep(50);
    gc();
  }
  return process.memoryUsage().rss / 2 ** 20;
}

let within = true;
for (const worker of [false, true]) {
  await using clean = pipeline('denoise', { model, worker });
  const { signal } = new AbortController();
  await clean(photo, { ...options, signal }); // What is loaded the first time is no leak.
  const start = performance.now();
  await clean(photo, { ...options, signal });
  const courseMs = performance.now() - start;

  const rejections: number[] = [];
  const works: number[] = [];
  for (let i = 0; i < WATCHED; i++) {
    rejections.push(await aborted(clean, (courseMs * (i + 0.5)) / WATCHED));
    works.push((await workUntilIdle()) / availableParallelism());
  }
  let early = 0;
  for (let i = 0; i < Number(count); i++) {
    rejections.push(await aborted(clean, draw.uniform() * Math.min(courseMs, 100)));
    if (i === Math.floor(Number(count) / 10)) early = await memoryMiB();
  }
  const measured = {
    rejectMs: Math.round(Math.max(...rejections)),
    workMs: Math.round(Math.max(...works)),
    growthMiB: Math.round((await memoryMiB()) - early),
  };
  console.log(JSON.stringify({ worker, aborted: rejections.length, courseMs: Math.round(courseMs), ...measured }));
  for (const [name, limit] of Object.entries(LIMITS)) within &&= measured[name as keyof typeof LIMITS] <= limit;
}
process.exitCode = within ? 0 : 1;
