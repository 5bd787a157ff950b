/**
 * The one place that tfjs is imported from: tfjs-core with every op, gradient and chained method, tf.layers, and the
 * pure JavaScript CPU backend. The native backend joins through engines/tensorflow.ts: tfjs keeps its kernel registry on
 * globalThis, so a copy of tfjs-node from anywhere on disk serves these modules.
 */
import '@tensorflow/tfjs-backend-cpu';

export * from '@tensorflow/tfjs-core';
export {
  constraints,
  initializers,
  input,
  type LayersModel,
  layers,
  model,
  type Sequential,
  type SymbolicTensor,
  sequential,
} from '@tensorflow/tfjs-layers';
