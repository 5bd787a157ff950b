import { type Converters, configOf, onnxAxis } from './converter.js';

/** Layers that join several values into one. */
export const merges: Converters = {
  Add: pairwise('Add'),
  Multiply: pairwise('Mul'),
  Maximum: pairwise('Max'),
  Minimum: pairwise('Min'),
  Average: (scope, layer) =>
    scope.node('Mul', [pairwise('Add')(scope, layer), scope.constant(1 / scope.inputs.length)]),
  Concatenate: ({ node, inputs, outputShape }, layer) =>
    node('Concat', inputs, { axis: onnxAxis(configOf<{ axis: number }>(layer).axis, outputShape.length) }),
};

function pairwise(opType: string): Converters[string] {
  return ({ node, inputs }) => inputs.reduce((left, right) => node(opType, [left, right]));
}
