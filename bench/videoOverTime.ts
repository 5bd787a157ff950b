/**
 * `npx tsx bench/videoOverTime.ts CLIP [FRAMES] [FIRST] [SIGMA]`: denoising a video over time beside denoising each frame by itself. White noise of 20
 * of 255 is added to the clip's red, green and blue, and the result stored as 8-bit 4:2:0 without loss. Prints PSNR against the clean clip
 * by FFmpeg's filter `psnr`, the mean change from frame to frame of luma at pixels that are still in the clean clip, over the second
 * half, and the processor time a frame. SIGMA: what the denoiser is told, as measured where not given. Needs FFmpeg.
 */
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { lastValueFrom, map } from 'rxjs';
import { random } from '../src/core/random.js';
import { models } from '../src/engines/models.js';
import { denoise } from '../src/tasks/denoise/task.js';
import { encodeFrames } from '../src/video/encodeFrames.js';
import type { Frame } from '../src/video/frame.js';
import { frames } from '../src/video/frames.js';
import { openVideo } from '../src/video/openVideo.js';
import { predictFrames } from '../src/video/predictFrames.js';
import { videoFileSink } from '../src/video/videoFileSink.js';
import { decoded, ffmpeg } from '../test/helpers/ffmpegFixtures.js';

const [clip, count = 30, first = 0, sigma] = [process.argv[2], ...process.argv.slice(3).map(Number)];
const NOISE = 20;
/** Of 8 bits: less than this from one clean frame to the next is still. */
const STILL = 3;
const folder = await mkdtemp(path.join(tmpdir(), 'perpixel-over-time-'));
const at = (name: string) => path.join(folder, name);

try {
  const only = `select=between(n\\,${first}\\,${first + count - 1})`;
  ffmpeg(
    '-i',
    clip,
    '-an',
    '-vf',
    only,
    '-fps_mode',
    'passthrough',
    '-c:v',
    'ffv1',
    '-pix_fmt',
    'yuv420p',
    at('clean.mkv'),
  );
  const draw = random(1, 'noise');
  await written('clean.mkv', 'noisy.mkv', (all) =>
    all.pipe(
      map((frame: Frame) => {
        const { data } = frame.raster.pixels;
        for (let i = 0; i < data.length; i++) data[i] += (draw.normal() * NOISE) / 255;
        return frame;
      }),
    ),
  );
  for (const quality of ['fast', 'balanced'] as const) {
    for (const together of [1, 24]) {
      const before = process.cpuUsage();
      const name = `${quality}-${together}.mkv`;
      await written('noisy.mkv', name, (all) =>
        all.pipe(predictFrames(denoise, { sigma }, { frames: together, quality })),
      );
      const { user, system } = process.cpuUsage(before);
      const seconds = (user + system) / 1e6 / count;
      console.log(
        JSON.stringify({
          quality,
          frames: together,
          psnr: psnr(name),
          change: change(name),
          secondsOfProcessor: Number(seconds.toFixed(3)),
        }),
      );
    }
  }
} finally {
  await models.dispose();
  await rm(folder, { recursive: true });
}

async function written(from: string, to: string, work: (all: ReturnType<typeof frames>) => ReturnType<typeof frames>) {
  const source = await openVideo(at(from));
  const sink = await videoFileSink(at(to), { source, codec: 'ffv1' });
  await lastValueFrom(work(frames(source)).pipe(encodeFrames(sink)));
}

/** Of all planes together. */
function psnr(name: string): number {
  const { stderr } = spawnSync('ffmpeg', [
    '-nostdin',
    '-i',
    at(name),
    '-i',
    at('clean.mkv'),
    '-lavfi',
    'psnr',
    '-f',
    'null',
    '-',
  ]);
  return Number(/average:(\S+)/.exec(stderr.toString())?.[1]);
}

function change(name: string): number {
  const [clean, own] = [at('clean.mkv'), at(name)].map((file) => decoded(file, 'gray'));
  const size = clean.length / count;
  let [sum, pixels] = [0, 0];
  for (let i = Math.floor(count / 2) * size; i < clean.length; i++) {
    if (Math.abs(clean[i] - clean[i - size]) >= STILL) continue;
    sum += Math.abs(own[i] - own[i - size]);
    pixels++;
  }
  return Number((sum / pixels).toFixed(3));
}
