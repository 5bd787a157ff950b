/**
 * `npx tsx bench/eventLoop.ts [MEGAPIXELS] [MODEL]`: how long the event loop of a program is held up while one photo is
 * cleaned, by what it holds the photo in, on its own thread and with `worker: true`. With it, 20 ms at most for 12 megapixels.
 * Needs `npm run build`, and Linux; on MODEL (an .onnx, the shipped one where not given) only the time depends.
 */

import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import ndarray from 'ndarray';
import { type Pipeline, pipeline } from 'perpixel';
import sharp from 'sharp';
import { noisyPicture } from './noisyPicture.js';

const [megapixels = '12', model] = process.argv.slice(2);
const LIMIT_MS = 20;

const width = Math.round(Math.sqrt((Number(megapixels) * 1e6 * 4) / 3));
const height = Math.round((width * 3) / 4);
const jpeg = await noisyPicture(width, height).jpeg().toBuffer();
const raw = await sharp(jpeg).raw().toBuffer();
const samples = ndarray(new Uint8Array(raw.buffer, raw.byteOffset, raw.byteLength), [height, width, 3]);
const canvas = new Uint8ClampedArray(width * height * 4).fill(128);

const kinds: Record<string, (clean: Pipeline<'denoise'>) => Promise<unknown>> = {
  nothing: () => sleep(3000),
  bytes: (clean) => clean(jpeg),
  stream: (clean) => buffer(Readable.from([jpeg]).pipe(clean.stream())),
  sharp: async (clean) => (await clean(sharp(jpeg))).jpeg().toBuffer(),
  ndarray: (clean) => clean(samples),
  imageData: (clean) => clean({ data: canvas, width, height }),
};

/**
 * The most that this thread computed between two turns of the event loop, in milliseconds. Its own processor time, as the
 * kernel counts it: that a busy machine lets it wait is not its doing.
 */
async function longestTurn(work: () => Promise<unknown>): Promise<number> {
  const statistics = `/proc/self/task/${process.pid}/schedstat`;
  const computed = () => Number(readFileSync(statistics, 'latin1').split(' ')[0]) / 1e6;
  let last = computed();
  let longest = 0;
  const clock = setInterval(() => {
    const now = computed();
    longest = Math.max(longest, now - last);
    last = now;
  }, 1);
  await work();
  clearInterval(clock);
  return Math.round(longest * 10) / 10;
}

let within = true;
for (const worker of [false, true]) {
  await using clean = pipeline('denoise', { model, worker });
  await clean(await noisyPicture(64, 64).png().toBuffer()); // What is loaded the first time is not held against it.
  const turnsMs: Record<string, number> = {};
  for (const [kind, work] of Object.entries(kinds)) turnsMs[kind] = await longestTurn(() => work(clean));
  console.log(JSON.stringify({ megapixels: Number(megapixels), worker, turnsMs }));
  if (worker) within = Object.values(turnsMs).every((turn) => turn <= LIMIT_MS);
}
process.exitCode = within ? 0 : 1;
