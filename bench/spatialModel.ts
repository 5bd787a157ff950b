/**
 * What a spatial model is worth to `tompson` at equal steps. For each seed a detector of joints learns by itself; then go on from it, on the same
 * crops in the same order:
 *
 *     - the detector itself, the control
 *     - nothing: displacements between joints, counted over the photos that it learnt from, are the priors
 *     - priors alone, from those counted, the detector as it is
 *     - detector and priors jointly, from those counted
 *
 * Each is scored on the photos that were held out, PCK and strict PCP, a line of JSON; at the end the means over the seeds as a table.
 *
 *     npx tsx bench/spatialModel.ts DATA OUT [SEEDS] [FIRST] [SECOND] [PYTHON]
 *
 * DATA/pose is what tools/cuda/tasks/pose.py says. OUT keeps the networks: what was ended goes on where it was. FIRST (600) and SECOND (300) steps are of 8 crops. They are trained by
 * tools/cuda/train.py, several times as fast on a processor that knows bfloat16.
 */
import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import ndarray from 'ndarray';
import { cacheDirOf } from '../src/cli/io.js';
import { random } from '../src/core/random.js';
import { seeded } from '../src/core/seeded.js';
import * as tf from '../src/core/tf.js';
import { createModels } from '../src/engines/models.js';
import { loadTensorflow } from '../src/engines/tensorflow/tensorflow.js';
import { jointNames, mirroredJoints } from '../src/geometry/personJoints.js';
import { readRaster } from '../src/images/readRaster.js';
import { type Place, type PoseFigures, PoseScores } from '../src/metrics/pose.js';
import { tompson } from '../src/models/tompson.js';
import { toOnnx } from '../src/onnx/toOnnx.js';
import { jointsOf } from '../src/tasks/pose/jointsOf.js';

const [data, out, seeds = '3', first = '600', second = '300', python = 'python3'] = process.argv.slice(2);
/** Pixels of a photo that are seen, and the side of the network's picture of them; its pixels a position of the answer. */
const [FIELD, SIDE, STEP] = [192, 128, 8];
const CELLS = SIDE / STEP;
const NETWORK = { width: 0.25, reach: CELLS };
const RECIPE = { task: 'pose', batch: 8, crop: SIDE, warmup: 50, ema: 0.995, tune: false, validate_every: 1e9 };
/** Of the priors alone, which begin far from where they are to go, and of all else. */
const [PRIOR_RATE, RATE] = [5e-3, 1e-3];
/** How the names of the detector's weights begin. */
const DETECTOR = ['bank', 'joined', 'parts'];
/** The least that a message says: of these the one with which the first seed is best on so many photos that it learnt from. */
const BACKGROUNDS = [1e-4, 1e-3, 1e-2, 1e-1];
const CHOSEN_ON = 100;
/** By which counts are smoothed, down and across. */
const BINOMIAL = [1, 8, 28, 56, 70, 56, 28, 8, 1].map((weight) => weight / 256);
/** For what was never counted. */
const LEAST = 1e-7;

type Person = [name: string, joints: [x: number, y: number, visible: number][]];

/** A job of tools/cuda, and what comes of it. */
interface Job {
  folder: string;
  weights: string;
  file: string;
}

async function people(): Promise<{ learnt: Person[]; held: Person[] }> {
  const all: Person[] = Object.entries(JSON.parse(await readFile(path.join(data, 'pose', 'joints.json'), 'utf8')));
  const isHeld = ([name]: Person, i: number) => name.startsWith('train') && i % 8 === 3;
  return { learnt: all.filter((person, i) => !isHeld(person, i)), held: all.filter(isHeld) };
}

/** By names of photos. */
const kept = new Map<string, Awaited<ReturnType<typeof seen>>>();

/** The middle of a photo as the network sees it, and where positions of its answer lie in the photo. */
async function seen(name: string) {
  const { pixels } = await readRaster(path.join(data, 'pose', name));
  const [height, width] = pixels.shape;
  const inside = (at: number, size: number) => Math.min(size - 1, Math.max(0, at));
  const back = (at: number, size: number) => ((at - (SIDE - 1) / 2) * FIELD) / SIDE + (size - 1) / 2;
  const values = new Float32Array(3 * SIDE ** 2);
  for (let i = 0; i < SIDE ** 2; i++) {
    const [y, x] = [inside(back(Math.floor(i / SIDE), height), height), inside(back(i % SIDE, width), width)];
    const [top, left] = [Math.floor(y), Math.floor(x)];
    const [below, right] = [inside(top + 1, height), inside(left + 1, width)];
    for (let c = 0; c < 3; c++) {
      const across = (row: number) => {
        return (left + 1 - x) * pixels.get(row, left, c) + (x - left) * pixels.get(row, right, c);
      };
      values[c * SIDE ** 2 + i] = ((top + 1 - y) * across(top) + (y - top) * across(below)) / 255;
    }
  }
  const middle = (position: number) => STEP * position + (STEP - 1) / 2;
  return {
    image: { data: values, dims: [1, 3, SIDE, SIDE] },
    placed: ({ x, y }: Place): Place => ({ x: back(middle(x), width), y: back(middle(y), height) }),
  };
}

async function scored({ file }: Job, some: readonly Person[], output = 'heatmaps'): Promise<PoseFigures> {
  await using models = createModels({ threads: 1 });
  const session = await models.open(file);
  const scores = new PoseScores();
  for (const [name, joints] of some) {
    const { image, placed } = kept.get(name) ?? (await seen(name));
    kept.set(name, { image, placed });
    const logits = (await session.run({ image }))[output].data;
    const likely = tf.tidy(() => {
      const each = tf.tensor2d(logits, [jointNames.length, CELLS ** 2]).softmax();
      return each.transpose().dataSync<'float32'>() as Float32Array;
    });
    const found = jointsOf(ndarray(likely, [CELLS, CELLS, jointNames.length])).map(placed);
    const truth = joints.map(([x, y, visible]) => ({ x, y, visible: visible > 0 }));
    scores.add(found, truth);
  }
  return scores.figures;
}

/** Along rows or columns, of which values lie `step` apart; nothing lies outside. */
function smoothed(map: Float32Array, step: number, side: number): Float32Array {
  return map.map((_, at) => {
    const place = Math.floor(at / step) % side;
    return BINOMIAL.reduce((sum, weight, i) => {
      const from = i - 4;
      return place + from < 0 || place + from >= side ? sum : sum + weight * map[at + from * step];
    }, 0);
  });
}

/**
 * How often each joint lies so many positions from each other one, in these people and their mirror images: smoothed, each pair's in sum 1,
 * `[pairs, side, side]`.
 */
function displacements(some: readonly Person[]): Float32Array {
  const side = 2 * CELLS - 1;
  const both = some.flatMap(([, joints]) => {
    return [joints, mirroredJoints.map((joint) => [-joints[joint][0], joints[joint][1], joints[joint][2]])];
  });
  const all = jointNames.map((_, joint) => joint);
  const pairs = all.flatMap((joint) => all.filter((other) => other !== joint).map((other) => [joint, other]));
  const priors = pairs.map(([joint, other]) => {
    const counts = new Float32Array(side ** 2);
    for (const joints of both) {
      const [to, from] = [joints[joint], joints[other]];
      if (to[2] === 0 || from[2] === 0) continue;
      const apart = (axis: number) => Math.round(((to[axis] - from[axis]) * SIDE) / FIELD / STEP) + CELLS - 1;
      const [x, y] = [apart(0), apart(1)];
      if (Math.min(x, y) >= 0 && Math.max(x, y) < side) counts[y * side + x]++;
    }
    const smooth = smoothed(smoothed(counts, 1, side), side, side);
    const sum = smooth.reduce((total, count) => total + count);
    return smooth.map((count) => count / sum);
  });
  return Float32Array.from(priors.flatMap((map) => [...map]));
}

/** What of the layer's weights has this softplus. */
const beforeSoftplus = (value: number) => Math.log(Math.expm1(5 * Math.max(LEAST, value))) / 5;

const run = (script: string, ...args: string[]) =>
  promisify(execFile)(python, [path.join(import.meta.dirname, '../tools/cuda', script), ...args]);

/** A job that begins with the model's weights, or where there is one with those of a job before. */
async function begun(name: string, model: tf.LayersModel, before?: Job): Promise<Job> {
  const at = path.join(out, name);
  const job = { folder: at, weights: `${at}.safetensors`, file: `${at}.onnx` };
  await mkdir(job.folder, { recursive: true });
  const network = path.join(job.folder, 'network.onnx');
  await writeFile(network, toOnnx(model, { card: { task: 'pose', ...tompson.geometry(NETWORK) } }));
  await writeFile(path.join(job.folder, 'job.json'), JSON.stringify(RECIPE));
  if (before) await run('back.py', job.folder, before.weights, network);
  return { ...job, file: network };
}

async function trained(job: Job, how: { seed: number; steps: number; lr: number; frozen?: string[] }): Promise<Job> {
  const file = `${job.folder}.onnx`;
  const done = path.join(job.folder, 'done.json');
  const plan = JSON.stringify({ ...RECIPE, ...how });
  if ((await readFile(done, 'utf8').catch(() => '')) !== plan) {
    await writeFile(path.join(job.folder, 'job.json'), plan);
    await run('train.py', job.folder, '--data', data, '--out', out);
    await run('back.py', job.folder, job.weights, file);
    await writeFile(done, plan);
  }
  return { ...job, file };
}

await loadTensorflow({ cacheDir: cacheDirOf(process.platform, process.env) });
const { learnt, held } = await people();
const some = learnt.filter((_, i) => i % Math.floor(learnt.length / CHOSEN_ON) === 0);
const priors = displacements(learnt);
const best = { background: 0, pck2: -1 };
const rows = new Map<string, PoseFigures[]>();

for (let seed = 1; seed <= Number(seeds); seed++) {
  const whole = seeded(random(seed, 'weights'), () => tompson.build({ ...NETWORK, parts: true }));
  const part = (...names: string[]) =>
    tf.model({ inputs: whole.inputs, outputs: names.map((name) => whole.getLayer(name).output as tf.SymbolicTensor) });
  const tell = async (row: string, job: Job, output?: string) => {
    const figures = await scored(job, held, output);
    rows.set(row, [...(rows.get(row) ?? []), figures]);
    console.log(JSON.stringify({ seed, row, ...figures }));
  };
  const onward = { seed: 100 + seed, steps: Number(second) };

  const start = await begun(`${seed}-detector`, part('parts'));
  const detector = await trained(start, { seed, steps: Number(first), lr: RATE });
  await tell('detector', detector, 'parts');
  const control = await begun(`${seed}-control`, part('parts'), detector);
  await tell('detector, trained on: the control', await trained(control, { ...onward, lr: RATE }), 'parts');

  const layer = whole.getLayer('heatmaps');
  const [gain, flat, same] = layer.getWeights();
  const set = (background: number) => {
    const shaped = tf.tensor(priors.map(beforeSoftplus), flat.shape);
    layer.setWeights([gain, shaped, tf.fill(same.shape, beforeSoftplus(background))]);
  };
  for (const background of seed === 1 ? BACKGROUNDS : []) {
    set(background);
    const { pck2 } = await scored(await begun(`${seed}-counted`, part('heatmaps'), detector), some);
    if (pck2 > best.pck2) Object.assign(best, { background, pck2 });
  }
  if (seed === 1) console.log(JSON.stringify(best));
  set(best.background);
  const counted = await begun(`${seed}-counted`, part('heatmaps'), detector);
  await tell('priors counted, detector fixed', counted);
  const fixed = await trained(counted, { ...onward, lr: PRIOR_RATE, frozen: DETECTOR });
  await tell('priors learnt, detector fixed', fixed);
  const joint = await begun(`${seed}-joint`, part('heatmaps', 'parts'), detector);
  await tell('both learnt jointly', await trained(joint, { ...onward, lr: RATE }));
}

console.log('\n| | PCK@.2 | PCK@.5 | PCP |\n|---|---|---|---|');
for (const [row, figures] of rows) {
  const told = (['pck2', 'pck5', 'pcp'] as const).map((of) => {
    const each = figures.map((one) => one[of]);
    const mean = each.reduce((a, b) => a + b) / each.length;
    return `${mean.toFixed(1)} (${each.map((value) => value.toFixed(1)).join(', ')})`;
  });
  console.log(`| ${row} | ${told.join(' | ')} |`);
}
