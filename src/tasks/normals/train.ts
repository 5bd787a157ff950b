import ndarray from 'ndarray';
import { mapped } from '../../images/mapped.js';
import { normalDotProduct } from '../../losses/normalDotProduct.js';
import { NormalScores } from '../../metrics/normals.js';
import type { Learnable } from '../../training/learnable.js';
import { type GeometryExamples, geometryExamples } from '../scene/examples.js';

/** Surface normals from one photo: x right, y up, z to the viewer. The loss is minus the mean dot product. */
export const normals: Learnable<GeometryExamples> = {
  name: 'normals',
  examples: geometryExamples,
  truth: ['depth'],
  batches: new URL('../scene/sceneBatches.js', import.meta.url),
  network: 'scene-pyramid',
  answer: 'normals',
  loss: (outputs, { targets, masks }) => normalDotProduct(outputs.normals, targets.normals, masks.normals),
  scores({ outputs, targets, masks }) {
    const scores = new NormalScores();
    const { data, shape } = masks.normals;
    const valid = ndarray(
      Uint8Array.from(data, (counts) => Number(counts > 0)),
      shape.slice(0, 2),
    );
    scores.add(outputs.normals, { normals: targets.normals, valid });
    return { 'mean angle': scores.figures.mean };
  },
  picture: (vectors) => mapped(vectors, (value) => (value + 1) / 2),
};
