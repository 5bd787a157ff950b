import { scaleInvariantLogDepth } from '../../losses/scaleInvariantLogDepth.js';
import type * as tf from '../../models/tf.js';
import { meanOf } from './meanOf.js';
import { mapped } from './pictures.js';
import type { TrainingTask } from './trainingTask.js';

/**
 * Depth from one photo. Networks answer the natural logarithm of metres, as scenes have it in `sceneBatches`; the loss
 * is the scale-invariant error with its gradient term.
 */
export const depth: TrainingTask<'depth'> = {
  name: 'depth',
  truth: ['depth'],
  batches: new URL('./sceneBatches.js', import.meta.url),
  answer: 'depth',
  loss: (outputs, { targets, masks }) => scaleInvariantLogDepth(outputs.depth, targets.depth, masks.depth),
  scores(outputs, { targets, masks }) {
    const error = outputs.depth.sub(targets.depth) as tf.Tensor4D;
    return {
      'rms log': meanOf(error.square() as tf.Tensor4D, masks.depth).sqrt(),
      'share within 1.25': meanOf(error.abs().less(Math.log(1.25)).cast('float32') as tf.Tensor4D, masks.depth),
    };
  },
  // Near is bright: 3 m is a middle grey.
  picture: (logMetres) => mapped(logMetres, (value) => 1 / (1 + Math.exp(value) / 3)),
};
