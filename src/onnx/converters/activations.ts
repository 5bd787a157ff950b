import { PerpixelError } from '../../core/errors.js';
import type { OnnxScope } from '../../models/layers/onnxScope.js';
import { type Converters, configOf, onnxAxis } from './converter.js';

type Activation = (scope: OnnxScope, x: string, rank: number) => string;

/** The activations of tf.layers, by their names there. */
const byName: Readonly<Record<string, Activation>> = {
  linear: (_, x) => x,
  relu: ({ node }, x) => node('Relu', [x]),
  relu6: (scope, x) => clipAbove(scope, x, 6),
  tanh: ({ node }, x) => node('Tanh', [x]),
  sigmoid: ({ node }, x) => node('Sigmoid', [x]),
  hardSigmoid: ({ node }, x) => node('HardSigmoid', [x], { alpha: { float: 0.2 }, beta: { float: 0.5 } }),
  softmax: ({ node }, x, rank) => node('Softmax', [x], { axis: onnxAxis(-1, rank) }),
  logSoftmax: ({ node }, x, rank) => node('LogSoftmax', [x], { axis: onnxAxis(-1, rank) }),
  softplus: ({ node }, x) => node('Softplus', [x]),
  softsign: ({ node }, x) => node('Softsign', [x]),
  elu: ({ node }, x) => node('Elu', [x]),
  selu: ({ node }, x) => node('Selu', [x]),
  swish: ({ node }, x) => node('Mul', [x, node('Sigmoid', [x])]),
};

/** Applies an activation by its name in tf.layers; none where the layer names none. */
export function activate(scope: OnnxScope, x: string, name: string | null | undefined): string {
  const activation = byName[name ?? 'linear'];
  if (activation) return activation(scope, x, scope.outputShape.length);
  throw new PerpixelError({
    code: 'E_MODEL',
    received: `the activation ${name}`,
    expected: `one of ${Object.keys(byName).join(', ')}`,
    cure: 'Use one of these, or add it to src/onnx/converters/activations.ts.',
  });
}

/** Activations that are layers of their own. */
export const activations: Converters = {
  Activation: (scope, layer) => activate(scope, scope.inputs[0], configOf<{ activation: string }>(layer).activation),
  ReLU: (scope, layer) => {
    const { maxValue } = configOf<{ maxValue?: number | null }>(layer);
    return maxValue == null ? activate(scope, scope.inputs[0], 'relu') : clipAbove(scope, scope.inputs[0], maxValue);
  },
  LeakyReLU: ({ node, inputs }, layer) =>
    node('LeakyRelu', inputs, { alpha: { float: configOf<{ alpha: number }>(layer).alpha } }),
  ELU: ({ node, inputs }, layer) => node('Elu', inputs, { alpha: { float: configOf<{ alpha: number }>(layer).alpha } }),
  PReLU: ({ node, inputs, weight, inputShapes }) =>
    node('PRelu', [inputs[0], weight('alpha', inputShapes[0].length === 4 ? { permutation: [2, 0, 1] } : {})]),
  Softmax: ({ node, inputs, outputShape }, layer) =>
    node('Softmax', inputs, { axis: onnxAxis(configOf<{ axis: number }>(layer).axis, outputShape.length) }),
};

function clipAbove({ node, constant }: OnnxScope, x: string, maximum: number): string {
  return node('Clip', [x, constant(0), constant(maximum)]);
}
