import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { jointNames } from '../../../src/geometry/personJoints.js';
import poseBatches from '../../../src/tasks/pose/poseBatches.js';
import { exampleFiles } from '../../../src/training/datasets/exampleFiles.js';
import type { DrawOptions } from '../../../src/training/learnable.js';
import { temporaryFolder } from '../../helpers/temporaryFolder.js';

const [WIDTH, HEIGHT] = [100, 160];
/** Where joints are that are marked by a disk: red on the left wrist, blue on the right, green on the head; others lie between. */
const marks = { 'left wrist': [70, 60, 0], 'right wrist': [20, 100, 2], 'head top': [45, 20, 1] } as const;

async function lsp() {
  const folder = await temporaryFolder();
  const disks = Object.values(marks).map(([x, y, c]) => {
    const colour = ['#ff0000', '#00ff00', '#0000ff'][c];
    return `<circle cx="${x + 0.5}" cy="${y + 0.5}" r="6" fill="${colour}"/>`;
  });
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}">${disks.join('')}</svg>`;
  const joints = jointNames.map((name, i) => [
    ...(marks[name as keyof typeof marks] ?? [40 + i, 130]).slice(0, 2),
    name === 'neck' ? 0 : 1,
  ]);
  const rgb = path.join(folder, 'lsp', 'train', 'rgb');
  await (await import('node:fs/promises')).mkdir(rgb, { recursive: true });
  for (const name of ['a.png', 'b.png']) {
    await sharp(Buffer.from(svg)).flatten({ background: '#404040' }).toFile(path.join(rgb, name));
  }
  await writeFile(path.join(rgb, '..', 'joints.json'), JSON.stringify({ 'a.png': joints, 'b.png': joints }));
  return exampleFiles({ layout: 'lsp', folder }, ['joints']);
}

const draw = (files: DrawOptions['files'], still: boolean) => ({
  ...{ files, channels: 3 as const, height: 96, width: 96, batch: 4, seed: 1, still, examples: { turn: 30 } },
  ...{ inputNames: ['image'], outputNames: ['heatmaps'] },
});

/** Where a channel of an example is largest against the others, as a mean over what is nearly as large. */
function brightest(data: Float32Array, channels: number, value: (at: number) => number) {
  const values = Array.from({ length: data.length / channels }, (_, i) => value(i * channels));
  const largest = values.reduce((a, b) => Math.max(a, b));
  const near = [...values.keys()].filter((i) => values[i] > 0.8 * largest);
  const mean = (of: (i: number) => number) => near.reduce((sum, i) => sum + of(i), 0) / near.length;
  return { x: mean((i) => i % 96), y: mean((i) => Math.floor(i / 96)), largest };
}

test.each([true, false])('maps lie where the picture has the joints, and left stays left; still: %s', async (still) => {
  const batches = await poseBatches(draw(await lsp(), still));
  const { inputs, targets } = batches(0);
  expect(targets.heatmaps.shape).toEqual([4, 96, 96, 14]);
  expect(Buffer.from(inputs.image.data.buffer).equals(Buffer.from(batches(0).inputs.image.data.buffer))).toBe(true);
  let compared = 0;
  for (let n = 0; n < 4; n++) {
    const image = inputs.image.data.subarray(n * 96 * 96 * 3, (n + 1) * 96 * 96 * 3);
    const maps = targets.heatmaps.data.subarray(n * 96 * 96 * 14, (n + 1) * 96 * 96 * 14);
    expect(image.every((value) => value >= 0 && value <= 1)).toBe(true);
    const isMirrored = !still && isFlipped(image);
    for (const [name, [, , c]] of Object.entries(marks)) {
      // In a mirror the person's left is the right.
      const shown = isMirrored ? name.replace(/left|right/, (s) => (s === 'left' ? 'right' : 'left')) : name;
      const joint = (jointNames as readonly string[]).indexOf(shown);
      const map = brightest(maps, 14, (at) => maps[at + joint]);
      const seen = brightest(
        image,
        3,
        (at) => image[at + c] - Math.max(image[at + ((c + 1) % 3)], image[at + ((c + 2) % 3)]),
      );
      if (map.largest < 0.9 || seen.largest < 0.3 || map.x < 8 || map.y < 8 || map.x > 88 || map.y > 88) continue;
      // A position stands for what is half a pixel before it.
      expect(Math.hypot(map.x - 0.5 - seen.x, map.y - 0.5 - seen.y)).toBeLessThan(1.5);
      compared++;
    }
    const neck = jointNames.indexOf('neck');
    expect(maps.every((value, i) => i % 14 !== neck || value === 0)).toBe(true);
  }
  expect(compared).toBeGreaterThan(7);
});

/** Whether red, green and blue lie the other way round. */
function isFlipped(image: Float32Array): boolean {
  const at = [0, 1, 2].map((c) =>
    brightest(image, 3, (i) => image[i + c] - Math.max(image[i + ((c + 1) % 3)], image[i + ((c + 2) % 3)])),
  );
  const [red, green, blue] = at;
  const turn = (a: typeof red, b: typeof red, c: typeof red) => (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);
  const original = turn({ x: 70, y: 60, largest: 0 }, { x: 45, y: 20, largest: 0 }, { x: 20, y: 100, largest: 0 });
  return Math.sign(turn(red, green, blue)) !== Math.sign(original);
}

test('joints that are missing are told of by the picture’s name', async () => {
  const [{ image, truth }] = await lsp();
  await writeFile(truth!, JSON.stringify({}));
  await expect(poseBatches(draw([{ image, truth }], true))).rejects.toMatchObject({ code: 'E_DATA', subject: image });
  await writeFile(truth!, '{"a.png": [[1, 2]]}');
  await expect(poseBatches(draw([{ image, truth }], true))).rejects.toMatchObject({ code: 'E_DATA', subject: truth });
});
