import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { perpixel } from '../helpers/perpixel.js';
import { temporaryFolder } from '../helpers/temporaryFolder.js';
import { writeTinyDenoiser } from '../helpers/tinyDenoiser.js';
import { writeTinyPose } from '../helpers/tinyPose.js';
import { writeTinyScene } from './tinyScene.js';

const [width, height] = [96, 64];
const region = { x: 21, y: 10, width: 50, height: 33 };
const named = '21,10,50,33';

let home: string;
const at = (name: string) => path.join(home, name);
const marker = Buffer.from('FRAME\n');

/** A square that moves over a texture, with the noise of each frame. */
function frame(seed: number): Uint8Array {
  return Uint8Array.from({ length: 3 * width * height }, (_, i) => {
    const [x, y] = [i % width, Math.floor(i / width) % height];
    const isSquare = Math.abs(x - 30 - 6 * seed) < 9 && Math.abs(y - 30) < 9;
    return (isSquare ? 180 : 90 + ((x * 7 + y * 13) % 40)) + ((i * 31 + seed * 17) % 9);
  });
}

beforeEach(async () => {
  home = await temporaryFolder();
  const header = Buffer.from(`YUV4MPEG2 W${width} H${height} F25:1 Ip A1:1 C444\n`);
  await writeFile(at('in.y4m'), Buffer.concat([header, ...[0, 1, 2, 3].flatMap((seed) => [marker, frame(seed)])]));
});

/** Planes of frames, `[frame][plane]`, each `rows x columns`. */
async function planesOf(file: string, columns: number, rows: number): Promise<Buffer[][]> {
  const bytes = await readFile(at(file));
  const [first, size] = [bytes.indexOf(marker), columns * rows];
  expect(bytes.subarray(0, first).toString()).toContain(`W${columns} H${rows} `);
  expect((bytes.length - first) % (6 + 3 * size)).toBe(0);
  return Array.from({ length: (bytes.length - first) / (6 + 3 * size) }, (_, i) =>
    [0, 1, 2].map((plane) => bytes.subarray(first + i * (6 + 3 * size) + 6 + plane * size).subarray(0, size)),
  );
}

describe('a region of a video is what the whole has there', () => {
  test.each([
    ['denoise', writeTinyDenoiser, ['--sigma', '10', '--frames', '1']],
    ['denoise', writeTinyDenoiser, ['--sigma', '10', '--frames', '3']],
    ['depth', writeTinyScene, []],
    ['labels', writeTinyScene, []],
  ] as const)('%s', async (task, write, options) => {
    const model = await write(home);
    const run = (output: string, ...more: string[]) =>
      perpixel(['video', task, at('in.y4m'), '-o', at(output), '--model', model, ...options, ...more]);
    expect(await run('whole.y4m')).toMatchObject({ code: 0 });
    expect(await run('part.y4m', '--region', named)).toMatchObject({ code: 0 });
    const whole = await planesOf('whole.y4m', width, height);
    const part = await planesOf('part.y4m', region.width, region.height);
    expect(part).toHaveLength(4);
    for (const [i, planes] of part.entries()) {
      for (const [plane, samples] of planes.entries()) {
        const expected = Array.from({ length: region.height }, (_, y) =>
          whole[i][plane].subarray((region.y + y) * width + region.x).subarray(0, region.width),
        );
        expect(samples.equals(Buffer.concat(expected))).toBe(true);
      }
    }
  });
});

test.each([
  ['denoise', writeTinyDenoiser, '60,10,50,33', 'to have the region in them'],
  ['denoise', writeTinyDenoiser, 'all', 'x,y,width,height in pixels'],
  ['pose', writeTinyPose, named, 'a task of frames or maps'],
] as const)('%s: a region that makes no sense is refused', async (task, write, asked, words) => {
  const args = ['video', task, at('in.y4m'), '-o', at('x.y4m'), '--model', await write(home), '--region', asked];
  const { code, stderr } = await perpixel(args);
  expect(code).not.toBe(0);
  expect(stderr).toContain(words);
  await expect(readFile(at('x.y4m'))).rejects.toThrow('ENOENT');
});
