import ndarray from 'ndarray';
import { mapped } from '../../images/mapped.js';
import { scaleInvariantLogDepth } from '../../losses/scaleInvariantLogDepth.js';
import { DepthScores } from '../../metrics/depth.js';
import type { Learnable } from '../../training/learnable.js';
import { normals } from '../normals/train.js';
import { type GeometryExamples, geometryExamples } from '../scene/examples.js';

/**
 * Depth from one photo. Networks answer the natural logarithm of metres, as scenes have it in `sceneBatches`; the loss
 * is the scale-invariant error with its gradient term. Where normals share the network they are scored beside it.
 */
export const depth: Learnable<GeometryExamples> = {
  name: 'depth',
  examples: geometryExamples,
  truth: ['depth'],
  batches: new URL('../scene/sceneBatches.js', import.meta.url),
  network: 'scene-pyramid',
  answer: 'depth',
  loss: (outputs, { targets, masks }) => scaleInvariantLogDepth(outputs.depth, targets.depth, masks.depth),
  scores(example) {
    const { outputs, targets, masks } = example;
    const scores = new DepthScores();
    const metres = targets.depth.data.map((log, i) => (masks.depth.data[i] > 0 ? Math.exp(log) : 0));
    scores.add(mapped(outputs.depth, Math.exp), ndarray(metres, targets.depth.shape.slice(0, 2)));
    const { rmsLog, d1 } = scores.figures;
    return { ...(outputs.normals && normals.scores(example)), 'rms log': rmsLog, 'share within 1.25': d1 };
  },
  // Near is bright: 3 m is a middle grey.
  picture: (logMetres) => mapped(logMetres, (value) => 1 / (1 + Math.exp(value) / 3)),
};
