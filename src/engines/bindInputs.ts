import { PerpixelError } from '../core/errors.js';
import type { ModelFile } from '../onnx/modelFile.js';
import type { NamedTensors } from './engine.js';

/**
 * The inputs that the model asks for, under the names that it has for them. It may ask for fewer than the task offers: a blind
 * denoiser wants no noise level. A model of one input may call it what it likes, and gets the picture, which comes first.
 *
 * @throws PerpixelError E_MODEL where it asks for something else.
 */
export function bindInputs(model: ModelFile, expected: string[], inputs: NamedTensors): NamedTensors {
  const offered = Object.keys(inputs);
  if (expected.length === 1 && !(expected[0] in inputs)) return { [expected[0]]: inputs[offered[0]] };
  if (expected.every((name) => name in inputs)) {
    return Object.fromEntries(expected.map((name) => [name, inputs[name]]));
  }
  throw new PerpixelError({
    code: 'E_MODEL',
    subject: model.path,
    received: `a model that asks for ${expected.join(', ')}`,
    expected: `none but ${offered.join(', ')}`,
    cure: 'This model does not fit the task; `perpixel models` lists those that do.',
  });
}
