import type * as tf from '../../core/tf.js';
import { scaleInvariantLogDepth } from '../../losses/scaleInvariantLogDepth.js';
import { meanOf } from '../../training/recipes/meanOf.js';
import { mapped } from '../../training/recipes/pictures.js';
import type { TrainingTask } from '../../training/recipes/trainingTask.js';
import { normals } from '../normals/train.js';

/**
 * Depth from one photo. Networks answer the natural logarithm of metres, as scenes have it in `sceneBatches`; the loss
 * is the scale-invariant error with its gradient term. Where normals share the network they are scored beside it.
 */
export const depth: TrainingTask<'depth'> = {
  name: 'depth',
  truth: ['depth'],
  batches: new URL('../scene/sceneBatches.js', import.meta.url),
  answer: 'depth',
  loss: (outputs, { targets, masks }) => scaleInvariantLogDepth(outputs.depth, targets.depth, masks.depth),
  scores(outputs, examples) {
    const { targets, masks } = examples;
    const error = outputs.depth.sub(targets.depth) as tf.Tensor4D;
    return {
      ...(outputs.normals && normals.scores(outputs, examples)),
      'rms log': meanOf(error.square() as tf.Tensor4D, masks.depth).sqrt(),
      'share within 1.25': meanOf(error.abs().less(Math.log(1.25)).cast('float32') as tf.Tensor4D, masks.depth),
    };
  },
  // Near is bright: 3 m is a middle grey.
  picture: (logMetres) => mapped(logMetres, (value) => 1 / (1 + Math.exp(value) / 3)),
};
