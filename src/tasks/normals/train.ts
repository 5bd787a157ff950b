import type * as tf from '../../core/tf.js';
import { normalDotProduct } from '../../losses/normalDotProduct.js';
import { meanOf } from '../../training/recipes/meanOf.js';
import { mapped } from '../../training/recipes/pictures.js';
import type { TrainingTask } from '../../training/recipes/trainingTask.js';

/** Surface normals from one photo: x right, y up, z to the viewer. The loss is minus the mean dot product. */
export const normals: TrainingTask<'normals'> = {
  name: 'normals',
  truth: ['depth'],
  batches: new URL('../scene/sceneBatches.js', import.meta.url),
  answer: 'normals',
  loss: (outputs, { targets, masks }) => normalDotProduct(outputs.normals, targets.normals, masks.normals),
  scores(outputs, { targets, masks }) {
    const cosine = outputs.normals.mul(targets.normals).sum(3, true).clipByValue(-1, 1);
    return { 'mean angle': meanOf(cosine.acos().mul(180 / Math.PI) as tf.Tensor4D, masks.normals) };
  },
  picture: (vectors) => mapped(vectors, (value) => (value + 1) / 2),
};
