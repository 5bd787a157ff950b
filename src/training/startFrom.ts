import { stat } from 'node:fs/promises';
import { PerpixelError } from '../core/errors.js';
import { readModel, readWeightsIndex } from '../engines/weights.js';
import { networks } from '../models/registry.js';
import type { ModelFile } from '../onnx/modelFile.js';
import { decodeModel } from '../onnx/onnxProto.js';
import { weightsOf } from '../onnx/onnxTensor.js';
import type { Checkpoint } from './checkpoint.js';
import { type RunConfig, type Runs, weightsOfRuns } from './run.js';

/** Weights to start from, and whose they are. */
export interface Start {
  config: Pick<RunConfig, 'task' | 'network' | 'options'>;
  /** As `loadAveragedWeights` takes them. */
  weights: Checkpoint;
}

/**
 * What a training starts from: the folder of a run, or of several, the mean of which is taken; or a model, by the name of one that is
 * shipped, or an .onnx file.
 *
 * @throws PerpixelError E_OPTION where there is neither a folder nor a model of that name; E_CHECKPOINT as `weightsOfRuns` does; E_MODEL
 *   where the file is damaged, or no network of `perpixel train` is in it
 */
export async function startFrom(from: Runs): Promise<Start> {
  const [first] = from;
  if (from.length > 1 || (await isFolder(first))) return weightsOfRuns(from);
  const known = Object.keys(await readWeightsIndex());
  if (!known.includes(first) && !first.endsWith('.onnx')) {
    throw new PerpixelError({
      code: 'E_OPTION',
      subject: '--from',
      received: first,
      expected: `the folder of a run, an .onnx file, or one of the models ${known.toSorted().join(', ')}`,
      cure: '`perpixel models` tells what each is for; check the spelling.',
    });
  }
  const model = await readModel(first);
  const { task, network, options } = model.card;
  if (!networks.has(network)) throw notOurs(model);
  return { config: { task, network, options }, weights: { facts: {}, tensors: averages(model) } };
}

const isFolder = (name: string): Promise<boolean> =>
  stat(name).then(
    (found) => found.isDirectory(),
    () => false,
  );

/** The weights of an exported network, as tf.layers has them: convolutions are [out, in, height, width] in the file. */
function averages({ bytes }: ModelFile): Checkpoint['tensors'] {
  return Object.fromEntries(
    [...weightsOf(decodeModel(bytes).graph.initializer)].flatMap(([name, { dims, data }]) => {
      const weight = dims.length === 4 && name.endsWith('kernel') ? channelsLast(dims, data) : { shape: dims, data };
      return ['average', 'statistic'].map((kind) => [`${kind}/${name}`, weight]);
    }),
  );
}

/** [a, b, height, width] as [height, width, b, a]. */
function channelsLast([a, b, height, width]: readonly number[], from: Float32Array) {
  const area = height * width;
  const data = new Float32Array(from.length);
  for (let i = 0, at = 0; i < a; i++) {
    for (let j = 0; j < b; j++) for (let k = 0; k < area; k++, at++) data[(k * b + j) * a + i] = from[at];
  }
  return { shape: [height, width, b, a], data };
}

function notOurs({ path, card }: ModelFile): PerpixelError {
  return new PerpixelError({
    code: 'E_MODEL',
    subject: path,
    received: `a network ${card.network}`,
    expected: `one of ${[...networks.keys()].join(', ')}`,
    cure: 'Name a model that `perpixel export` wrote.',
  });
}
