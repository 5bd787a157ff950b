import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { VideoSource } from '../../src/video/frame.js';
import { frames } from '../../src/video/frames.js';
import { openVideo } from '../../src/video/openVideo.js';
import { type FuzzedKind, told } from './kind.js';

/** Frames that are asked for at the most. */
const MOST = 20;

/** Frames from a pipe, and files that FFmpeg decodes. */
export const videoKinds: Readonly<Record<string, FuzzedKind>> = {
  y4m: {
    seeds: async () => [y4m()],
    attempt: (bytes) => told('reading', async () => shown(await openVideo(Readable.from([bytes])))),
  },
  video: {
    // Without FFmpeg they are refused, which is all there is to see then.
    seeds: async (folder) => await Promise.all(['mp4', 'webm', 'gif', 'mkv'].map((ending) => coded(folder, ending))),
    async attempt(bytes, { folder, number }) {
      const file = join(folder, `case.${['mp4', 'webm', 'gif', 'mkv'][number % 4]}`);
      await writeFile(file, bytes);
      return told('reading', async () => shown(await openVideo(file)));
    },
  },
};

/** Takes frames, to the end or until there are enough of them. */
function shown(video: VideoSource): Promise<void> {
  return new Promise<void>((resolve, reject) => {
    let count = 0;
    const subscription = frames(video).subscribe({
      next() {
        if (++count < MOST) return;
        subscription.unsubscribe();
        resolve();
      },
      error: reject,
      complete: resolve,
    });
  });
}

async function coded(folder: string, ending: string): Promise<Buffer> {
  const file = join(folder, `seed.${ending}`);
  const source = ['-f', 'lavfi', '-i', 'testsrc=s=32x24:r=10:d=0.6'];
  try {
    execFileSync('ffmpeg', ['-v', 'error', '-y', ...source, file]);
  } catch {
    return y4m();
  }
  return readFile(file);
}

function y4m(): Buffer {
  const frame = Buffer.concat([Buffer.from('FRAME\n'), Buffer.alloc((16 * 12 * 3) / 2, 90)]);
  return Buffer.concat([Buffer.from('YUV4MPEG2 W16 H12 F25:1 Ip A1:1 C420\n'), frame, frame, frame]);
}
