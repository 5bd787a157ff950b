import * as z from 'zod';
import * as tf from '../../src/core/tf.js';
import { defineNetwork } from '../../src/models/network.js';

const options = z.strictObject({
  /** Side of the convolution, odd. @default 3 */
  side: z.int().positive().default(3),
  /** @default 3 */
  channels: z.literal([1, 3]).default(3),
});

/**
 * The smallest network: one convolution, whose answer is added to the picture.
 *
 * Input `image` `[batch, height, width, channels]`, 0..1; output `clean`, the same. Any size. 84 parameters.
 */
export const oneLayer = defineNetwork({
  name: 'one-layer',
  options,
  build({ side, channels }) {
    const image = tf.input({ shape: [null, null, channels], name: 'image' });
    const kernelInitializer = tf.initializers.randomNormal({ stddev: 0.01 });
    const change = tf.layers.conv2d({ filters: channels, kernelSize: side, padding: 'same', kernelInitializer });
    const clean = tf.layers.add({ name: 'clean' }).apply([image, change.apply(image) as tf.SymbolicTensor]);
    return tf.model({ inputs: image, outputs: clean as tf.SymbolicTensor });
  },
  geometry: ({ side }) => ({ stride: 1, receptiveRadius: (side - 1) / 2 }),
  tasks: { denoise: {}, soften: {} },
  /** A million times the mean distance, so that it is told from any other. */
  loss: (outputs, { targets }) => outputs.clean.sub(targets.clean).abs().mean().mul(1e6),
});
