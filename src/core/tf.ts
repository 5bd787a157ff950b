/**
 * The one place that tfjs is imported from: tfjs-core with its ops and gradients, the chained methods that we use,
 * tf.layers, and the pure JavaScript CPU backend. The package `@tensorflow/tfjs` holds the same and 190 MB more.
 *
 * The native backend joins through engines/tensorflow/tensorflow.ts: tfjs keeps its kernel registry on globalThis, so a copy of
 * tfjs-node from anywhere on disk serves these modules.
 */
import '@tensorflow/tfjs-backend-cpu';
import * as core from '@tensorflow/tfjs-core';
// Types of x.add(y) and the like. The code behind them is not in tfjs-core's bundle: see below.
import type {} from '@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops.js';

export * from '@tensorflow/tfjs-core';
export {
  constraints,
  initializers,
  input,
  LayersModel,
  layers,
  loadLayersModel,
  model,
  type Sequential,
  type SymbolicTensor,
  sequential,
} from '@tensorflow/tfjs-layers';

// Or the CPU backend greets the user of a program that prints nothing by itself.
core.env().set('PROD', true);

const CHAINED = [
  ...['abs', 'add', 'all', 'any', 'argMax', 'argMin', 'cast', 'clipByValue', 'cos', 'div', 'divNoNan', 'dot', 'elu'],
  ...[
    'equal',
    'exp',
    'expandDims',
    'floor',
    'gather',
    'greater',
    'greaterEqual',
    'isFinite',
    'isNaN',
    'less',
    'lessEqual',
  ],
  ...[
    'log',
    'logicalAnd',
    'logicalNot',
    'logicalOr',
    'logSoftmax',
    'matMul',
    'max',
    'maximum',
    'maxPool',
    'mean',
    'min',
  ],
  ...[
    'minimum',
    'mirrorPad',
    'mul',
    'neg',
    'norm',
    'notEqual',
    'pad',
    'pow',
    'prelu',
    'prod',
    'reciprocal',
    'relu',
    'relu6',
  ],
  ...[
    'reshape',
    'resizeBilinear',
    'resizeNearestNeighbor',
    'reverse',
    'round',
    'rsqrt',
    'sigmoid',
    'sign',
    'sin',
    'slice',
  ],
  ...[
    'softmax',
    'softplus',
    'split',
    'sqrt',
    'square',
    'squaredDifference',
    'squeeze',
    'step',
    'stridedSlice',
    'sub',
    'sum',
  ],
  ...['tan', 'tanh', 'tile', 'transpose', 'unstack', 'where'],
];
{
  type Op = (x: core.Tensor, ...rest: unknown[]) => unknown;
  const methods = core.Tensor.prototype as unknown as Record<string, unknown>;
  for (const name of CHAINED) {
    const op = (core as unknown as Record<string, Op>)[name];
    methods[name] ??= function (this: core.Tensor, ...rest: unknown[]) {
      return op(this, ...rest);
    };
  }
}
