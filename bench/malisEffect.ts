/**
 * What MALIS is worth at equal steps: a small `cell-unet` learns affinities by cross-entropy; then three copies of it go on, on the same
 * crops, at a tenth of the rate: by cross-entropy, by squared error, and by MALIS. Each is scored on slices that were held out: V Rand and V Info of
 * the pieces that hang together by more than a threshold, each at its best one.
 *
 *     npx tsx bench/malisEffect.ts ISBI2012 [SEEDS] [FIRST] [SECOND]
 *
 * ISBI2012 holds `image` and `membrane`, of which every fifth slice is held out.
 */
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import ndarray from 'ndarray';
import { cacheDirOf } from '../src/cli/io.js';
import { type Random, random } from '../src/core/random.js';
import { seeded } from '../src/core/seeded.js';
import * as tf from '../src/core/tf.js';
import { loadTensorflow } from '../src/engines/tensorflow/tensorflow.js';
import { readRaster } from '../src/images/readRaster.js';
import { logisticEntropy } from '../src/losses/balancedEntropy.js';
import { malis, trueAffinities } from '../src/losses/malis.js';
import { partitionScores } from '../src/metrics/cells.js';
import { type CellUnetOptions, cellUnet } from '../src/models/cellUnet.js';
import { affinityComponents } from '../src/regions/affinities.js';
import { components } from '../src/regions/components.js';

const [folder, seeds = '3', first = '160', second = '80'] = process.argv.slice(2);
const NETWORK: CellUnetOptions = { widths: [16, 32, 64], blocks: 1, outputs: 'affinity' };
const [CROP, BATCH, RATE, SCORED] = [96, 2, 2e-3, 256];
const THRESHOLDS = [0.3, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.93, 0.96, 0.98];

type Loss = (logits: tf.Tensor4D, cells: tf.Tensor4D) => tf.Scalar;
const truthOf = (cells: tf.Tensor4D) => {
  const [batch, height, width] = cells.shape;
  const ids = cells.dataSync();
  const area = height * width;
  const maps = Array.from({ length: batch }, (_, n) =>
    trueAffinities(ids.subarray(n * area, (n + 1) * area), [height, width]),
  );
  return tf.tensor4d(Float32Array.from(maps.flatMap((map) => [...map])), [batch, height, width, 2]);
};
const losses: Record<string, Loss> = {
  'cross-entropy': (logits, cells) => logisticEntropy(logits, truthOf(cells)).mean() as tf.Scalar,
  'squared error': (logits, cells) => logits.sigmoid().sub(truthOf(cells)).square().mean() as tf.Scalar,
  malis: (logits, cells) => malis(logits.sigmoid() as tf.Tensor4D, cells),
};

interface Slice {
  grey: Float32Array;
  cells: Uint32Array;
  side: number;
}

async function slices(): Promise<{ train: Slice[]; held: Slice[] }> {
  const all: Slice[] = [];
  for (const name of (await readdir(path.join(folder, 'image'))).sort()) {
    const { pixels } = await readRaster(path.join(folder, 'image', name));
    const { data } = (await readRaster(path.join(folder, 'membrane', name))).pixels;
    const [height, side] = pixels.shape;
    const cells = components(
      Uint8Array.from(data, (v: number) => (v > 127 ? 1 : 0)),
      height,
      side,
    ).data;
    all.push({ grey: Float32Array.from(pixels.data, (v: number) => v / 255), cells, side });
  }
  return { train: all.filter((_, i) => i % 5 !== 2), held: all.filter((_, i) => i % 5 === 2) };
}

/** A crop in one of its eight turns and mirrorings, in some other light; its cells numbered anew. */
function crop({ grey, cells, side }: Slice, dice: Random) {
  const [top, left] = [dice.integer(side - CROP), dice.integer(side - CROP)];
  const [down, right, turned] = [dice.chance(0.5), dice.chance(0.5), dice.chance(0.5)];
  const [gain, shift] = [dice.uniform(0.8, 1.2), dice.uniform(-0.1, 0.1)];
  const at = (i: number) => {
    const [y, x] = [Math.floor(i / CROP), i % CROP];
    const [row, column] = turned ? [x, y] : [y, x];
    return (top + (down ? row : CROP - 1 - row)) * side + left + (right ? column : CROP - 1 - column);
  };
  const own = components(
    Uint8Array.from({ length: CROP * CROP }, (_, i) => (cells[at(i)] ? 1 : 0)),
    CROP,
    CROP,
  );
  return { image: Float32Array.from({ length: CROP * CROP }, (_, i) => grey[at(i)] * gain + shift), cells: own.data };
}

function batch(train: readonly Slice[], seed: number, step: number): [tf.Tensor4D, tf.Tensor4D] {
  const dice = random(seed, 'batch', step);
  const crops = Array.from({ length: BATCH }, () => crop(dice.pick(train), dice));
  const stacked = (part: 'image' | 'cells') =>
    tf.tensor4d(Float32Array.from(crops.flatMap((each) => [...each[part]])), [BATCH, CROP, CROP, 1]);
  return [stacked('image'), stacked('cells')];
}

function learn(
  model: tf.LayersModel,
  train: readonly Slice[],
  { loss, steps, from, rate, seed }: { loss: Loss; steps: number; from: number; rate: number; seed: number },
): number {
  const adam = tf.train.adam(rate);
  let last = 0;
  for (let step = 0; step < steps; step++) {
    last = tf.tidy(() => {
      const [image, cells] = batch(train, seed, from + step);
      const cost = adam.minimize(() => loss(model.apply(image, { training: true }) as tf.Tensor4D, cells), true)!;
      return cost.dataSync()[0];
    });
  }
  adam.dispose();
  return last;
}

function scored(model: tf.LayersModel, held: readonly Slice[]) {
  const sums = THRESHOLDS.map(() => ({ vRand: 0, vInfo: 0 }));
  for (const { grey, cells, side } of held) {
    const from = (side - SCORED) / 2;
    const at = (i: number) => (from + Math.floor(i / SCORED)) * side + from + (i % SCORED);
    const part = Float32Array.from({ length: SCORED ** 2 }, (_, i) => grey[at(i)]);
    const inside = Uint8Array.from({ length: SCORED ** 2 }, (_, i) => (cells[at(i)] ? 1 : 0));
    const truth = components(inside, SCORED, SCORED);
    const said = tf.tidy(() => {
      const logits = model.predict(tf.tensor4d(part, [1, SCORED, SCORED, 1])) as tf.Tensor4D;
      return logits.sigmoid().dataSync() as Float32Array;
    });
    for (const [i, threshold] of THRESHOLDS.entries()) {
      const pieces = affinityComponents(ndarray(said, [SCORED, SCORED, 2]), threshold);
      const { vRand, vInfo } = partitionScores(truth, pieces);
      sums[i].vRand += vRand / held.length;
      sums[i].vInfo += vInfo / held.length;
    }
  }
  const best = (of: 'vRand' | 'vInfo') => Math.round(Math.max(...sums.map((sum) => sum[of])) * 1e4) / 1e4;
  return { vRand: best('vRand'), vInfo: best('vInfo') };
}

await loadTensorflow({ cacheDir: cacheDirOf(process.platform, process.env) });
const { train, held } = await slices();
for (let seed = 1; seed <= Number(seeds); seed++) {
  const make = () => seeded(random(seed, 'weights'), () => cellUnet.build(NETWORK));
  const start = make();
  const common = { loss: losses['cross-entropy'], steps: Number(first), from: 0, rate: RATE, seed };
  learn(start, train, common);
  console.log(JSON.stringify({ seed, after: 'the first part', ...scored(start, held) }));
  for (const [name, loss] of Object.entries(losses)) {
    const model = make();
    model.setWeights(start.getWeights());
    learn(model, train, { ...common, loss, steps: Number(second), from: Number(first), rate: RATE / 10 });
    console.log(JSON.stringify({ seed, after: name, ...scored(model, held) }));
    model.dispose();
  }
  start.dispose();
}
