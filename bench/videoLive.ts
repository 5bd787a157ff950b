/**
 * `npx tsx bench/videoLive.ts [FRAMES] [WIDTHxHEIGHT] [MODEL]`: frames at 25 a second, as of a camera, through `perpixel video denoise - -o -
 * --live` at a size that it cannot follow, and how old the frames are that come out. Bounded means: every frame is done or dropped,
 * and none is older than five times what one takes: two wait, two are in work, one is on its way. Needs `npm run build`.
 */
import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { random } from '../src/core/random.js';
import { readY4m } from '../src/video/readY4m.js';

const [count, size, model] = [Number(process.argv[2] ?? 500), process.argv[3] ?? '640x480', process.argv[4]];
const [width, height] = size.split('x').map(Number);
const executable = fileURLToPath(new URL('../bin/perpixel.js', import.meta.url));
const INTERVAL_MS = 40;
const MOST_FRAMES = 5;

const named = model === undefined ? [] : ['--model', model];
const args = [executable, 'video', 'denoise', '-', '-o', '-', '--live', '--sigma', '10', ...named];
const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'pipe'] });
let said = '';
child.stderr.setEncoding('utf8').on('data', (text: string) => {
  said += text;
});
const ended = new Promise<number | null>((resolve) => child.on('close', resolve));

const sentAt: number[] = [];
let ready = () => {};
const isReady = new Promise<void>((resolve) => {
  ready = resolve;
});
const sending = send();
const done: { index: number; at: number }[] = [];
let received = 0;
let before = Buffer.alloc(0);
for await (const { index, bytes } of await readY4m(child.stdout)) {
  received++;
  ready();
  const frame = Buffer.from(bytes);
  // A frame that was dropped is there as the one before it.
  if (!frame.equals(before)) done.push({ index, at: performance.now() });
  before = frame;
}
await sending;
const code = await ended;
const [, told, dropped = '0'] =
  /(\d+) frames(?:, (\d+) dropped)?/.exec(said.slice(said.lastIndexOf('\n', said.length - 2) + 1)) ?? [];
const ages = done.map(({ index, at }) => at - sentAt[index]).slice(1);
const frameMs = (done.at(-1)!.at - done[0].at) / (done.length - 1);
const [oldest, mean] = [Math.max(...ages), ages.reduce((sum, age) => sum + age, 0) / ages.length];
const [frame, most, usual] = [frameMs, oldest, mean].map(Math.round);
const counts = { sent: count, received, done: done.length, told: Number(told), dropped: Number(dropped) };
console.log(JSON.stringify({ size, code, ...counts, msAFrame: frame, meanAgeMs: usual, oldestMs: most }));
const isBounded = oldest < MOST_FRAMES * frameMs && Number(told) + Number(dropped) === count;
process.exitCode = code === 0 && isBounded ? 0 : 1;

/** Noise, each frame a part of it from another place on, at the pace of a camera. */
async function send(): Promise<void> {
  const draw = random(1, 'frames');
  const length = width * height * 1.5;
  const noise = Uint8Array.from({ length: 2 * length }, () => 16 + draw.integer(220));
  child.stdin.write(`YUV4MPEG2 W${width} H${height} F25:1 Ip A1:1 C420jpeg XCOLORRANGE=LIMITED\n`);
  let start = performance.now();
  for (let index = 0; index < count; index++) {
    await sleep(start + index * INTERVAL_MS - performance.now());
    sentAt.push(performance.now());
    child.stdin.write('FRAME\n');
    child.stdin.write(noise.subarray(index, index + length));
    if (index > 0) continue;
    await isReady; // The camera starts when the command has.
    start = performance.now();
  }
  child.stdin.end();
}
