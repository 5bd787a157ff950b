/**
 * `npx tsx bench/depthSteadiness.ts VIDEO [--model FILE] [--task depth|normals] [--frames 100] [--from 0] [--memory 12] [--pictures FOLDER]`: how
 * much the maps of a video change from frame to frame where nothing moves, each frame by itself against `steady`. For a fixed
 * camera. Still are pixels whose luma, averaged over 5 x 5, stays within 12 of 255 in all these frames. Every tenth frame goes
 * into FOLDER as a PNG: the frame, its own map, the steady one. Needs FFmpeg.
 */

import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { NdArray } from 'ndarray';
import { filter, lastValueFrom, of, take, tap, toArray } from 'rxjs';
import sharp from 'sharp';
import { boxMean } from '../src/core/maths/boxMean.js';
import { createModels } from '../src/engines/models.js';
import { encodeRaster } from '../src/images/encodeRaster.js';
import { tasks } from '../src/tasks/registry.js';
import type { Task } from '../src/tasks/task.js';
import type { FrameWithResult } from '../src/video/frame.js';
import { frames } from '../src/video/frames.js';
import { lumaOf } from '../src/video/lumaOf.js';
import { mapPictures } from '../src/video/mapPictures.js';
import { predictFrames } from '../src/video/predictFrames.js';
import { steady } from '../src/video/steady.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    model: { type: 'string' },
    task: { type: 'string', default: 'depth' },
    frames: { type: 'string', default: '100' },
    from: { type: 'string', default: '0' },
    memory: { type: 'string', default: '12' },
    pictures: { type: 'string' },
  },
});
const [video] = positionals;
const [count, first, memory] = [values.frames, values.from, values.memory].map(Number);
const STILL = 12 / 255;
const TARGET = 1 / 3;

const part = () =>
  frames(video).pipe(
    filter(({ index }) => index >= first),
    take(count),
  );
const still = await stillPixels();
const models = createModels({ model: values.model, task: 'scene' });
const task = tasks[values.task as 'depth' | 'normals'] as Task<object, unknown, NdArray<Float32Array>, object>;
const isDepth = values.task === 'depth';
if (values.pictures) await mkdir(values.pictures, { recursive: true });

let before: { own: Float32Array; held: Float32Array } | undefined;
const change = { own: 0, held: 0, frames: 0 };
const start = performance.now();
const owns: FrameWithResult[] = [];
await lastValueFrom(
  part().pipe(
    predictFrames(task, {}, { open: models.open }),
    tap((own) => owns.push(own)),
    steady({ memory }),
    tap((held) => void look(owns.shift()!, held)),
  ),
);
const seconds = (performance.now() - start) / 1000;
await models.dispose();
const [own, held] = [change.own, change.held].map((sum) => sum / change.frames);
const share = still.reduce((sum, value) => sum + value, 0) / still.length;
const [ratio, stillShare, framesPerSecond] = [held / own, share, count / seconds].map((value) =>
  Number(value.toPrecision(3)),
);
const unit = isDepth ? 'percent of depth' : 'degrees';
const [perFrame, steadied] = [own, held].map((value) => Number(value.toPrecision(3)));
console.log(
  JSON.stringify({
    task: task.name,
    first,
    count,
    memory,
    stillShare,
    unit,
    perFrame,
    steadied,
    ratio,
    framesPerSecond,
  }),
);
process.exitCode = ratio <= TARGET ? 0 : 1;

/** 1 where the luma stays as it is in all the frames. */
async function stillPixels(): Promise<Uint8Array> {
  let least: Float32Array | undefined;
  let most: Float32Array | undefined;
  await lastValueFrom(
    part().pipe(
      tap(({ raster, format }) => {
        const luma = boxMean(lumaOf(raster), { ...format, radius: 2 });
        least = least ? least.map((value, i) => Math.min(value, luma[i])) : luma;
        most = most ? most.map((value, i) => Math.max(value, luma[i])) : luma;
      }),
    ),
  );
  return Uint8Array.from(least!, (value, i) => (most![i] - value <= STILL ? 1 : 0));
}

const mapOf = ({ result }: FrameWithResult) => result.value as NdArray<Float32Array>;

/** Adds up how much both maps changed at still pixels, once estimates have had time to settle. */
function look(ownFrame: FrameWithResult, heldFrame: FrameWithResult): void {
  const now = { own: mapOf(ownFrame).data, held: mapOf(heldFrame).data };
  if (before && ownFrame.index >= first + memory) {
    change.own += meanChange(now.own, before.own);
    change.held += meanChange(now.held, before.held);
    change.frames++;
  }
  before = { own: now.own, held: now.held };
  if (values.pictures && ownFrame.index % 10 === 0) void save(ownFrame, heldFrame);
}

/** Of still pixels: percent of depth, or degrees between normals. */
function meanChange(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  let pixels = 0;
  for (let i = 0; i < still.length; i++) {
    if (!still[i]) continue;
    pixels++;
    if (isDepth) sum += 100 * Math.abs(Math.log(a[i] / b[i]));
    else {
      const cosine = a[3 * i] * b[3 * i] + a[3 * i + 1] * b[3 * i + 1] + a[3 * i + 2] * b[3 * i + 2];
      sum += (180 / Math.PI) * Math.acos(Math.min(1, cosine));
    }
  }
  return sum / pixels;
}

async function save(ownFrame: FrameWithResult, heldFrame: FrameWithResult): Promise<void> {
  const { width, height } = ownFrame.format;
  const pictures = await lastValueFrom(of(ownFrame, heldFrame).pipe(mapPictures(), toArray()));
  const panes = await Promise.all([ownFrame, ...pictures].map(({ raster }) => encodeRaster(raster, { format: 'png' })));
  await sharp({ create: { width: 3 * width, height, channels: 3, background: 'black' } })
    .composite(panes.map((input, i) => ({ input: Buffer.from(input), left: i * width, top: 0 })))
    .png()
    .toFile(path.join(values.pictures!, `${String(ownFrame.index).padStart(4, '0')}.png`));
}
