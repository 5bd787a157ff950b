/**
 * Whether pixels that the networks are sure of are more right than others: mean error of the tenths of all pixels, the surest first.
 *
 *     npx tsx bench/confidenceTenths.ts NYU [every]
 *
 * NYU is a folder of rgb/, depth/ (16-bit millimetres) and labels40/ of the same names, as 640 x 480 photos of NYU Depth v2; with `every` each
 * so-manieth of them. Depth: mean relative error; normals: mean angle to planes fitted to the depth, in degrees; labels: share of wrong pixels.
 */
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { NdArray } from 'ndarray';
import { parseOptions } from '../src/core/parseOptions.js';
import { nyuCamera, planeNormals } from '../src/geometry/planeNormals.js';
import { readRaster } from '../src/images/readRaster.js';
import { predictPhoto } from '../src/pipelines/run/predictPhoto.js';
import { readDepth } from '../src/tasks/evaluation/truths.js';
import { tasks } from '../src/tasks/registry.js';
import type { AnyTask } from '../src/tasks/task.js';

const [root, every = '1'] = process.argv.slice(2);
const TENTHS = 10;
/** Where the measured depth is not to be trusted: rows and columns that scores on this set leave out. */
const isInside = (i: number) => {
  const [y, x] = [Math.floor(i / nyuCamera.width), i % nyuCamera.width];
  return y >= 45 && y < 470 && x >= 41 && x < 600;
};

const asked = [tasks.depth, tasks.normals, tasks.labels].map((task: AnyTask) => ({
  task,
  options: parseOptions(task.options, { confidence: true, focal: `${Math.round(nyuCamera.fx)}px` }),
}));
const found = new Map<string, { confidence: number; error: number }[]>(asked.map(({ task }) => [task.name, []]));
const names = (await readdir(path.join(root, 'depth'))).sort().filter((_, i) => i % Number(every) === 0);

for (const name of names) {
  const stem = path.parse(name).name;
  const photo = (await readdir(path.join(root, 'rgb'))).find((each) => path.parse(each).name === stem)!;
  const results = await predictPhoto(await readRaster(path.join(root, 'rgb', photo)), asked);
  const depth = await readDepth(path.join(root, 'depth', name));
  const { normals: facing, valid } = planeNormals(depth);
  const classes = (await readRaster(path.join(root, 'labels40', name))).pixels.data;
  const errorOf: Record<string, (value: ArrayLike<number>, i: number) => number | undefined> = {
    depth: (value, i) => (depth.data[i] > 0 && isInside(i) ? Math.abs(value[i] / depth.data[i] - 1) : undefined),
    normals(value, i) {
      if (valid.data[i] === 0 || !isInside(i)) return undefined;
      const [a, b] = [value, facing.data].map((data) => [0, 1, 2].map((c) => data[3 * i + c]));
      const cosine = a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
      return (Math.acos(Math.min(1, Math.max(-1, cosine))) * 180) / Math.PI;
    },
    labels: (value, i) => (classes[i] === 0 ? undefined : value[i] === classes[i] ? 0 : 1),
  };
  for (const { task, value, report } of results) {
    const { data: sure } = report.confidence as NdArray<Float32Array>;
    const { data } = value as NdArray<Float32Array>;
    // Every 17th pixel: neighbours say the same.
    for (let i = 0; i < sure.length; i += 17) {
      const error = errorOf[task.name](data, i);
      if (error !== undefined) found.get(task.name)!.push({ confidence: sure[i], error });
    }
  }
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
for (const [name, pixels] of found) {
  pixels.sort((a, b) => b.confidence - a.confidence);
  const tenths = Array.from({ length: TENTHS }, (_, k) =>
    pixels.slice(Math.floor((k * pixels.length) / TENTHS), Math.floor(((k + 1) * pixels.length) / TENTHS)),
  );
  const row = (of: (pixel: { confidence: number; error: number }) => number) =>
    tenths.map((tenth) => mean(tenth.map(of)).toPrecision(3)).join(' ');
  console.log(
    `${name}, ${names.length} photos\n  confidence ${row((p) => p.confidence)}\n  error      ${row((p) => p.error)}`,
  );
}
