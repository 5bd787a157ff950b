import type * as tf from '../../core/tf.js';
import { conv, maxPool, multiply } from '../layers/shorthand.js';
import { standardise } from '../layers/standardise.js';

/**
 * The convolutions of VGG-16 (configuration D), the first two without padding, as Eigen and Fergus take them.
 * Simonyan, Zisserman: Very deep convolutional networks for large-scale image recognition, ICLR 2015.
 *
 * `[batch, height, width, 3]`, 0..1, to `[batch, rows, columns, 512]`, times 0.01: 228x304 gives 7x9. 14.71 M parameters.
 */
export function vgg16(image: tf.SymbolicTensor, { width = 1, name = 'vgg16' } = {}): tf.SymbolicTensor {
  const mean = [123.68, 116.779, 103.939].map((value) => value / 255);
  let x = standardise(image, { mean, scale: 1 / 255 });
  for (const [block, [layers, maps]] of [
    [2, 64],
    [2, 128],
    [3, 256],
    [3, 512],
    [3, 512],
  ].entries()) {
    for (let layer = 1; layer <= layers; layer++) {
      const filters = Math.max(1, Math.round(maps * width));
      const padding = block === 0 ? 'valid' : 'same';
      x = conv(x, filters, 3, { padding, activation: 'relu', name: `${name}_conv${block + 1}_${layer}` });
    }
    x = maxPool(x, 2, 2);
  }
  // Features of the weights that are trained on ImageNet are this much larger than what the layers after it expect.
  return multiply(x, 0.01);
}
