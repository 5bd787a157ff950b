/**
 * `npx tsx bench/videoMemory.ts [FRAMES] [SLOW_FRAMES]`: 10,000 frames of 320x240 through the pipes of `perpixel video denoise - -o -` with a
 * model that takes no time, and the memory of the command; then, after 500 at full speed, fewer frames to a reader that takes ten
 * times as long for each as the command did. Flat means: of the frames after the first 500, the last tenth is within 5 % of the first.
 * Linux only; needs `npm run build`.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { random } from '../src/core/random.js';
import { writeTinyDenoiser } from '../test/helpers/tinyDenoiser.js';

const [frames, slowFrames] = [process.argv[2] ?? 10_000, process.argv[3] ?? 300].map(Number);
const executable = fileURLToPath(new URL('../bin/perpixel.js', import.meta.url));
const HEADER = 'YUV4MPEG2 W320 H240 F25:1 Ip A1:1 C420jpeg XCOLORRANGE=LIMITED\n';
const FRAME = 'FRAME\n'.length + 320 * 240 * 1.5;
const WARM_UP = 500;
const SLOWNESS = 10;
const MOST_GROWTH = 0.05;

const folder = await mkdtemp(path.join(tmpdir(), 'perpixel-frames-'));
try {
  const model = await writeTinyDenoiser(folder);
  const args = [executable, 'video', 'denoise', '-', '-o', '-', '--model', model, '--sigma', '10', '--quiet'];
  const fast = await measured(args, frames, 0);
  const slow = await measured(args, WARM_UP + slowFrames, (SLOWNESS * 1000 * fast.seconds) / frames);
  process.exitCode = [fast, slow].every(({ code, growth }) => code === 0 && growth < MOST_GROWTH) ? 0 : 1;
} finally {
  await rm(folder, { recursive: true });
}

/** @param pauseMs how long the reader waits after each frame, once all is warm */
async function measured(args: readonly string[], count: number, pauseMs: number) {
  const start = performance.now();
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'close');
  const sent = { frames: 0 };
  const sending = send(child.stdin, count, sent);
  const samples: number[] = [];
  const every = Math.ceil(count / 1000);
  let mostAhead = 0;
  for await (const received of framesOf(child.stdout)) {
    mostAhead = Math.max(mostAhead, sent.frames - received);
    const memory = received % every === 0 ? await memoryOf(child.pid!) : undefined;
    if (memory !== undefined) samples.push(memory);
    if (pauseMs > 0 && received > WARM_UP) await sleep(pauseMs);
  }
  await sending;
  const [code] = await ended;
  const seconds = Math.round((performance.now() - start) / 1000);
  const warm = samples.slice(Math.round((samples.length * WARM_UP) / count));
  const tenth = Math.floor(warm.length / 10);
  const [first, last] = [warm.slice(0, tenth), warm.slice(-tenth)].map((part) => Math.round(mean(part)));
  const growth = Number((last / first - 1).toFixed(3));
  const result = {
    frames: count,
    pauseMs: Math.round(pauseMs),
    code,
    seconds,
    firstMiB: first,
    lastMiB: last,
    growth,
    mostAhead,
  };
  console.log(JSON.stringify(result));
  return result;
}

/** The same noise over and over, each frame a part of it from another place on, as fast as the command takes it. */
async function send(pipe: Writable, count: number, sent: { frames: number }): Promise<void> {
  const draw = random(1, 'frames');
  const noise = Uint8Array.from({ length: 2 * FRAME }, () => 16 + draw.integer(220));
  pipe.write(HEADER);
  for (; sent.frames < count; sent.frames++) {
    const from = draw.integer(FRAME);
    pipe.write('FRAME\n');
    if (!pipe.write(noise.subarray(from, from + FRAME - 'FRAME\n'.length))) await once(pipe, 'drain');
  }
  pipe.end();
}

/** How many frames have come, at each that comes. */
async function* framesOf(pipe: Readable): AsyncGenerator<number> {
  let bytes = -HEADER.length;
  let told = 0;
  for await (const chunk of pipe) {
    bytes += chunk.length;
    while (bytes >= (told + 1) * FRAME) yield ++told;
  }
}

/** VmRSS, in MiB; undefined where the process has ended and the pipe has its last frames. */
async function memoryOf(pid: number): Promise<number | undefined> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const kibibytes = /VmRSS:\s+(\d+)/.exec(status)?.[1];
  return kibibytes === undefined ? undefined : Number(kibibytes) / 1024;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
