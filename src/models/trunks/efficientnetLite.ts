import { conv } from '../layers/shorthand.js';
import { standardise } from '../layers/standardise.js';
import * as tf from '../tf.js';

export interface EfficientnetLiteOptions {
  /** 0 to 2: the depth grows from one to the next, and the width with 2. @default 0 */
  version?: 0 | 1 | 2;
  /** Multiplies the number of all maps further. @default 1 */
  width?: number;
  name?: string;
}

/** Of versions 0, 1 and 2: what the maps and the blocks of EfficientNet-B0 are multiplied by. */
const widths = [1, 1, 1.1];
const depths = [1, 1.1, 1.2];

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
 * 2.96, 3.72 and 4.36 M parameters, moving averages not counted. ImageNet weights: `training/efficientnetWeights.ts`.
 */
export function efficientnetLite(
  image: tf.SymbolicTensor,
  { version = 0, width = 1, name = 'efficientnet' }: EfficientnetLiteOptions = {},
): tf.SymbolicTensor {
  const maps = (count: number) => Math.max(4, Math.round(roundToEight(count * widths[version]) * width));
  let x = standardise(image, { mean: [127 / 255], scale: 128 / 255 });
  x = conv(x, Math.max(4, Math.round(32 * width)), 3, { ...bare, strides: 2, name: `${name}_stem` });
  x = relu6(normalise(x, `${name}_stem_bn`));
  for (const [stage, [blocks, kernelSize, strides, expansion, filters]] of stages.entries()) {
    // The first and the last stage, like the stem, keep their depth in the Lite versions.
    const deep = stage === 0 || stage === stages.length - 1 ? blocks : Math.ceil(blocks * depths[version]);
    for (let block = 0; block < deep; block++) {
      const first = block === 0 ? strides : 1;
      const options = { kernelSize, strides: first, expansion, filters: maps(filters) };
      x = invertedBottleneck(x, options, `${name}_stage${stage + 1}_block${block + 1}`);
    }
  }
  return x;
}

const bare = { useBias: false, padding: 'same', kernelInitializer: 'heNormal' } as const;

function invertedBottleneck(
  input: tf.SymbolicTensor,
  {
    kernelSize,
    strides,
    expansion,
    filters,
  }: { kernelSize: number; strides: number; expansion: number; filters: number },
  name: string,
): tf.SymbolicTensor {
  const channels = input.shape[3]!;
  let x = input;
  if (expansion > 1) {
    x = conv(x, channels * expansion, 1, { ...bare, name: `${name}_expand` });
    x = relu6(normalise(x, `${name}_expand_bn`));
  }
  const { useBias, padding, kernelInitializer: depthwiseInitializer } = bare;
  const depthwise = { kernelSize, strides, useBias, padding, depthwiseInitializer, name: `${name}_depthwise` };
  x = tf.layers.depthwiseConv2d(depthwise).apply(x) as tf.SymbolicTensor;
  x = relu6(normalise(x, `${name}_depthwise_bn`));
  x = conv(x, filters, 1, { ...bare, name: `${name}_project` });
  x = normalise(x, `${name}_project_bn`);
  const passes = strides === 1 && channels === filters;
  return passes ? (tf.layers.add({ name: `${name}_add` }).apply([x, input]) as tf.SymbolicTensor) : x;
}

const normalise = (x: tf.SymbolicTensor, name: string) =>
  tf.layers.batchNormalization({ epsilon: 1e-3, momentum: 0.99, name }).apply(x) as tf.SymbolicTensor;

const relu6 = (x: tf.SymbolicTensor) => tf.layers.activation({ activation: 'relu6' }).apply(x) as tf.SymbolicTensor;

/** To a multiple of 8, and not more than a tenth below. */
function roundToEight(count: number): number {
  const rounded = Math.max(8, Math.floor((count + 4) / 8) * 8);
  return rounded < 0.9 * count ? rounded + 8 : rounded;
}
