import * as tf from '../../core/tf.js';
import { squaredError } from '../../losses/squaredError.js';
import { hiddenSparsity } from './networkLosses.js';
import type { TrainingTask } from './trainingTask.js';

/**
 * One autoencoder of a stack (xie-ssda) on its own, as the paper trains them before the whole: from the activations of the
 * layer below for the corrupted picture to those for the clean one, squared error / 2 and sparsity. The first layer needs
 * none of this: it is the network with one hidden layer.
 *
 * @param stack the whole network; its layers `encode<level>` and `decode<level>` are the ones to train
 * @param level from 2 up
 */
export function autoencoderLayer(stack: tf.LayersModel, level: number): TrainingTask['loss'] {
  const below = stack.getLayer(`encode${level - 1}`).output as tf.SymbolicTensor;
  const code = stack.getLayer(`encode${level}`).output as tf.SymbolicTensor;
  const decoder = stack.getLayer(`decode${level}`);
  const layer = tf.model({ inputs: stack.inputs, outputs: [decoder.apply(code) as tf.SymbolicTensor, code] });
  const lower = tf.model({ inputs: stack.inputs, outputs: below });
  return (_, { inputs, targets }) => {
    const [decoded, encoded] = layer.apply(inputs.image) as tf.Tensor4D[];
    const wanted = lower.apply(targets.clean) as tf.Tensor4D;
    return squaredError(decoded, wanted)
      .div(2)
      .add(hiddenSparsity({ encode: encoded })) as tf.Scalar;
  };
}
