import * as tf from '../../core/tf.js';
import { localResponseNormalization } from '../layers/localResponseNormalization.js';
import { conv, maxPool, relu } from '../layers/shorthand.js';
import { standardise } from '../layers/standardise.js';

/** He's initialisation for inputs that deviate by 70, as pixels of 0..255 do, and not by 1. */
const heForPixels = tf.initializers.varianceScaling({ scale: 2 / 70 ** 2, mode: 'fanIn', distribution: 'normal' });

/**
 * The convolutions of AlexNet, without groups, as Eigen's networks take them: pooling comes before ReLU.
 * Krizhevsky, Sutskever, Hinton: ImageNet classification with deep convolutional neural networks, NIPS 2012.
 *
 * `[batch, height, width, 3]`, 0..1, to `[batch, rows, columns, 256]`: 228x304 gives 6x8. 3.75 M parameters.
 */
export function alexnet(image: tf.SymbolicTensor, { width = 1, name = 'alexnet' } = {}): tf.SymbolicTensor {
  const maps = (count: number) => Math.max(1, Math.round(count * width));
  let x = standardise(image, { mean: [128 / 255], scale: 1 / 255 });
  x = conv(x, maps(96), 11, { strides: 4, kernelInitializer: heForPixels, name: `${name}_conv1` });
  x = localResponseNormalization(relu(maxPool(x, 3, 2)));
  x = conv(x, maps(256), 5, { padding: 'same', kernelInitializer: 'heNormal', name: `${name}_conv2` });
  x = localResponseNormalization(relu(maxPool(x, 3, 2)));
  x = conv(x, maps(384), 3, { padding: 'same', activation: 'relu', name: `${name}_conv3` });
  x = conv(x, maps(384), 3, { padding: 'same', activation: 'relu', name: `${name}_conv4` });
  x = conv(x, maps(256), 3, { padding: 'same', kernelInitializer: 'heNormal', name: `${name}_conv5` });
  return relu(maxPool(x, 3, 2));
}
