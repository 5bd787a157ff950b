import * as tf from '../../core/tf.js';
import { relu6 } from '../layers/relu6.js';
import { conv } from '../layers/shorthand.js';
import { standardise } from '../layers/standardise.js';

export interface EfficientnetLiteOptions {
  /** 0 to 2: the depth grows from one to the next, and the width with 2. @default 0 */
  version?: 0 | 1 | 2;
  /** Multiplies the number of all maps further. @default 1 */
  width?: number;
  /**
   * `batch`: batch normalisation after every convolution, as published. `folded`: with its statistics frozen it is an
   * affine map, which the convolutions have taken into their kernels and biases: half of the memory traffic of a
   * training step goes. @default 'batch'
   */
  normalisation?: 'batch' | 'folded';
  name?: string;
}

/** Of versions 0, 1 and 2: what the maps and the blocks of EfficientNet-B0 are multiplied by. */
const widths = [1, 1, 1.1];
const depths = [1, 1.1, 1.2];

/** Added to the variances of batch normalisation. */
const EPSILON = 1e-3;

/** Stages of EfficientNet-B0: blocks, kernel, stride of the first block, expansion, maps. */
const stages = [
  [1, 3, 1, 1, 16],
  [2, 3, 2, 6, 24],
  [2, 5, 2, 6, 40],
  [3, 3, 2, 6, 80],
  [3, 5, 1, 6, 112],
  [4, 5, 2, 6, 192],
  [1, 3, 1, 6, 320],
];

/**
 * EfficientNet-Lite up to its last block: EfficientNet without squeeze-and-excitation, with ReLU6 for swish.
 * Tan, Le: EfficientNet, ICML 2019; the Lite versions: github.com/tensorflow/tpu, models/official/efficientnet/lite.
 *
 * `[batch, height, width, 3]`, 0..1, to `[batch, height / 32, width / 32, 320]` (version 2: 352), rounded up.
 * 2.96, 3.72 and 4.36 M parameters, moving averages not counted. ImageNet weights: `tools/efficientnetLite.py`.
 */
export function efficientnetLite(image: tf.SymbolicTensor, options: EfficientnetLiteOptions = {}): tf.SymbolicTensor {
  return efficientnetLiteStages(image, options).at(-1)!;
}

/**
 * What each of the seven stages ends in, the finest first: 1/2, 1/4, 1/8, 1/16, 1/16, 1/32 and 1/32 of the height and the
 * width, with 16, 24, 40, 80, 112, 192 and 320 maps in version 0.
 */
export function efficientnetLiteStages(
  image: tf.SymbolicTensor,
  { version = 0, width = 1, normalisation = 'batch', name = 'efficientnet' }: EfficientnetLiteOptions = {},
): tf.SymbolicTensor[] {
  const layers = normalisation === 'batch' ? normalised : folded;
  const maps = (count: number) => Math.max(4, Math.round(roundToEight(count * widths[version]) * width));
  let x = standardise(image, { mean: [127 / 255], scale: 128 / 255 });
  x = relu6(layers.conv(x, Math.max(4, Math.round(32 * width)), { kernelSize: 3, strides: 2, name: `${name}_stem` }));
  const outputs: tf.SymbolicTensor[] = [];
  for (const [stage, [blocks, kernelSize, strides, expansion, filters]] of stages.entries()) {
    // The first and the last stage, like the stem, keep their depth in the Lite versions.
    const deep = stage === 0 || stage === stages.length - 1 ? blocks : Math.ceil(blocks * depths[version]);
    for (let block = 0; block < deep; block++) {
      const first = block === 0 ? strides : 1;
      const options = { kernelSize, strides: first, expansion, filters: maps(filters) };
      x = invertedBottleneck(x, options, layers, `${name}_stage${stage + 1}_block${block + 1}`);
    }
    outputs.push(x);
  }
  return outputs;
}

interface Window {
  kernelSize: number;
  strides: number;
  name: string;
}

/** The two convolutions of the network, each with the normalisation that follows it. */
interface Layers {
  conv(x: tf.SymbolicTensor, filters: number, window: Window): tf.SymbolicTensor;
  depthwise(x: tf.SymbolicTensor, window: Window): tf.SymbolicTensor;
}

const layersWith = (
  useBias: boolean,
  normalise: (x: tf.SymbolicTensor, name: string) => tf.SymbolicTensor,
): Layers => ({
  conv(x, filters, { kernelSize, ...window }) {
    const options = { ...window, useBias, padding: 'same', kernelInitializer: 'heNormal' } as const;
    return normalise(conv(x, filters, kernelSize, options), window.name);
  },
  depthwise(x, window) {
    const options = { ...window, useBias, padding: 'same', depthwiseInitializer: 'heNormal' } as const;
    return normalise(tf.layers.depthwiseConv2d(options).apply(x) as tf.SymbolicTensor, window.name);
  },
});

const normalised = layersWith(
  false,
  (x, name) =>
    tf.layers
      .batchNormalization({ epsilon: EPSILON, momentum: 0.99, name: `${name}_bn` })
      .apply(x) as tf.SymbolicTensor,
);
const folded = layersWith(true, (x) => x);

function invertedBottleneck(
  input: tf.SymbolicTensor,
  {
    kernelSize,
    strides,
    expansion,
    filters,
  }: { kernelSize: number; strides: number; expansion: number; filters: number },
  layers: Layers,
  name: string,
): tf.SymbolicTensor {
  const channels = input.shape[3]!;
  let x = input;
  const point = { kernelSize: 1, strides: 1 };
  if (expansion > 1) x = relu6(layers.conv(x, channels * expansion, { ...point, name: `${name}_expand` }));
  x = relu6(layers.depthwise(x, { kernelSize, strides, name: `${name}_depthwise` }));
  x = layers.conv(x, filters, { ...point, name: `${name}_project` });
  const passes = strides === 1 && channels === filters;
  return passes ? (tf.layers.add({ name: `${name}_add` }).apply([x, input]) as tf.SymbolicTensor) : x;
}

/** To a multiple of 8, and not more than a tenth below. */
function roundToEight(count: number): number {
  const rounded = Math.max(8, Math.floor((count + 4) / 8) * 8);
  return rounded < 0.9 * count ? rounded + 8 : rounded;
}
