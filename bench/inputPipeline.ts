/**
 * Does making batches slow down training? Steps per second with batches from `prefetch`, over those on one constant batch,
 * in alternating rounds; the median of the rounds. At least 0.9 is asked for.
 *
 *     npx tsx bench/inputPipeline.ts PHOTOS [rounds] [steps a round] [task...]
 */
import { cacheDirOf } from '../src/cli/io.js';
import * as tf from '../src/core/tf.js';
import { loadTensorflow } from '../src/engines/tensorflow/tensorflow.js';
import { networkFor } from '../src/models/registry.js';
import { learnables } from '../src/tasks/learnables.js';
import type { Batch } from '../src/training/datasets/batchOf.js';
import { pictureFiles } from '../src/training/datasets/pictureFiles.js';
import { adam } from '../src/training/optimisers/adam.js';
import { Optimiser } from '../src/training/optimisers/optimiser.js';
import { prefetch } from '../src/training/prefetch.js';
import { recipeOf } from '../src/training/recipeOf.js';
import { trainableWeights } from '../src/training/train.js';

const [folder, rounds = '7', steps = '20', ...named] = process.argv.slice(2);
const worker = { execArgv: ['--import', new URL('../test/helpers/typescriptWorker.mjs', import.meta.url).href] };
await loadTensorflow({ cacheDir: cacheDirOf(process.platform, process.env) });
const files = (await pictureFiles(folder)).map((image) => ({ image }));

const all = ['denoise', 'deblur', 'inpaint', 'derain'];
for (const taskName of named.length > 0 ? all.filter((name) => named.includes(name)) : all) {
  const task = await learnables[taskName].load();
  const { network, options } = networkFor(taskName, task.network);
  const model = network.build(options);
  const draw = {
    ...{ files, channels: 3, height: 64, width: 64, batch: 8, seed: 1 },
    examples: task.examples.parse({}),
    ...{ inputNames: model.inputNames, outputNames: model.outputNames },
  };
  await using batches = prefetch<Batch>(task.batches, draw, { worker });
  const recipe = recipeOf({ task, model, network: {}, seed: 1, batches: batches.batch });
  const optimiser = new Optimiser(adam(), trainableWeights(model));
  const constant = await batches.batch(0);
  let next = 1;

  /** Steps a second. */
  const rate = async (batchOf: () => Batch | Promise<Batch>) => {
    const since = performance.now();
    for (let n = 0; n < Number(steps); n++) {
      const batch = await batchOf();
      const { value, grads } = tf.variableGrads(() => recipe.loss(batch, n), Object.values(optimiser.weights));
      const names = Object.keys(optimiser.weights);
      optimiser.apply(
        Object.fromEntries(names.map((name) => [name, grads[optimiser.weights[name].name]])),
        1e-4,
        n + 1,
      );
      value.dataSync();
      tf.dispose([value, grads]);
    }
    return (1000 * Number(steps)) / (performance.now() - since);
  };
  const drawn = () => batches.batch(next++);
  await rate(drawn);
  const ratios: number[] = [];
  for (let round = 0; round < Number(rounds); round++) ratios.push((await rate(drawn)) / (await rate(() => constant)));
  ratios.sort((a, b) => a - b);
  console.log(
    `${taskName}: ${ratios[Math.floor(ratios.length / 2)].toFixed(3)} (${ratios.map((r) => r.toFixed(2)).join(' ')})`,
  );
  optimiser.dispose();
  model.dispose();
}
