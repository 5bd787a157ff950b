import { scaleInvariantLogDepth } from '../../losses/scaleInvariantLogDepth.js';
import type * as tf from '../../models/tf.js';
import { meanOf } from './meanOf.js';
import { normals } from './normals.js';
import { mapped } from './pictures.js';
import type { TrainingTask } from './trainingTask.js';

/**
 * Depth from one photo. Networks answer the natural logarithm of metres, as scenes have it in `sceneBatches`; the loss
 * is the scale-invariant error with its gradient term. Where normals share the network they are scored beside it.
 */
export const depth: TrainingTask<'depth'> = {
  name: 'depth',
  truth: ['depth'],
  batches: new URL('./sceneBatches.js', import.meta.url),
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
