import type { OnnxScope } from '../../models/layers/onnxScope.js';
import { activate } from './activations.js';
import { type Converters, configOf } from './converter.js';
import { type Padding, type Pair, split, windowAttributes } from './window.js';

interface ConvolutionConfig {
  kernelSize: Pair;
  strides: Pair;
  padding: Padding;
  dilationRate: Pair;
  activation?: string;
}

/** Convolutions and full layers. ONNX wants kernels as [out, in, height, width], tf.layers has [height, width, in, out]. */
export const convolutions: Converters = {
  Conv2D: (scope, layer) => {
    const { kernelSize, strides, padding, dilationRate, activation } = configOf<ConvolutionConfig>(layer);
    const kernel = scope.weight('kernel', { permutation: [3, 2, 0, 1] });
    const attributes = windowAttributes(kernelSize, strides, padding, dilationRate);
    return activate(scope, scope.node('Conv', [scope.inputs[0], kernel, scope.weight('bias')], attributes), activation);
  },

  Conv2DTranspose: (scope, layer) => {
    const { kernelSize, strides, padding, activation } = configOf<ConvolutionConfig>(layer);
    const kernel = scope.weight('kernel', { permutation: [3, 2, 0, 1] });
    const overhang = kernelSize.map((size, axis) => size - strides[axis]);
    const x = scope.node('ConvTranspose', [scope.inputs[0], kernel, scope.weight('bias')], {
      kernel_shape: kernelSize,
      strides,
      // A window smaller than its step leaves a gap after the last one too.
      output_padding: overhang.map((pixels) => Math.max(-pixels, 0)),
      ...(padding === 'same' && { pads: split(overhang.map((pixels) => Math.max(pixels, 0))) }),
    });
    return activate(scope, x, activation);
  },

  DepthwiseConv2D: (scope, layer) => {
    const { kernelSize, strides, padding, activation } = configOf<ConvolutionConfig>(layer);
    const x = scope.node('Conv', [scope.inputs[0], depthwiseKernel(scope, kernelSize), scope.weight('bias')], {
      // tf.layers takes a dilation here and does not apply it; nor do we.
      ...windowAttributes(kernelSize, strides, padding),
      group: channelsOf(scope),
    });
    return activate(scope, x, activation);
  },

  SeparableConv2D: (scope, layer) => {
    const { kernelSize, strides, padding, dilationRate, activation } = configOf<ConvolutionConfig>(layer);
    const depthwise = scope.node('Conv', [scope.inputs[0], depthwiseKernel(scope, kernelSize)], {
      ...windowAttributes(kernelSize, strides, padding, dilationRate),
      group: channelsOf(scope),
    });
    const pointwise = scope.weight('pointwise_kernel', { permutation: [3, 2, 0, 1] });
    const x = scope.node(
      'Conv',
      [depthwise, pointwise, scope.weight('bias')],
      windowAttributes([1, 1], [1, 1], 'valid'),
    );
    return activate(scope, x, activation);
  },

  Dense: (scope, layer) => {
    const { activation } = configOf<ConvolutionConfig>(layer);
    const rank = scope.inputShapes[0].length;
    const bias = scope.weight('bias');
    if (rank === 4) {
      const dims = [scope.outputShape[3]!, channelsOf(scope), 1, 1];
      const kernel = scope.weight('kernel', { permutation: [1, 0], dims });
      const attributes = windowAttributes([1, 1], [1, 1], 'valid');
      return activate(scope, scope.node('Conv', [scope.inputs[0], kernel, bias], attributes), activation);
    }
    const product = scope.node('MatMul', [scope.inputs[0], scope.weight('kernel')]);
    return activate(scope, bias ? scope.node('Add', [product, bias]) : product, activation);
  },
};

const channelsOf = ({ inputShapes }: OnnxScope) => inputShapes[0][3]!;

/** [height, width, in, multiplier] as ONNX has kernels of one input each: [in * multiplier, 1, height, width]. */
function depthwiseKernel(scope: OnnxScope, kernelSize: Pair): string {
  return scope.weight('depthwise_kernel', { permutation: [2, 3, 0, 1], dims: [-1, 1, ...kernelSize] });
}
