import { PerpixelError } from '../errors.js';
import type { NamedTensors } from './engine.js';
import type { ModelFile } from './modelFile.js';

/**
 * The inputs under the names that the model has for them. A model of one input may call it what it likes; several have
 * to have the task's names.
 *
 * @throws PerpixelError E_MODEL where they do not fit.
 */
export function bindInputs(model: ModelFile, expected: string[], inputs: NamedTensors): NamedTensors {
  const received = Object.keys(inputs);
  if (expected.length === 1 && received.length === 1) return { [expected[0]!]: inputs[received[0]!]! };
  if (expected.length === received.length && expected.every((name) => name in inputs)) return inputs;
  throw new PerpixelError({
    code: 'E_MODEL',
    subject: model.path,
    received: `inputs ${received.join(', ')}`,
    expected: expected.join(', '),
    cure: 'This model does not fit the task; `perpixel models` lists those that do.',
  });
}
