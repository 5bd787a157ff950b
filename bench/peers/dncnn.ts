import * as tf from '../../src/core/tf.js';
import * as nn from '../../src/models/layers/shorthand.js';

/**
 * DnCNN of 17 layers, its batch normalisation folded, as it is when used: `image` to `clean`, weights by chance.
 * Zhang et al.: Beyond a Gaussian denoiser, IEEE TIP 2017.
 */
export function dncnn(channels: 1 | 3 = 3): tf.LayersModel {
  const image = tf.input({ shape: [null, null, channels], name: 'image' });
  let x: nn.Value = image;
  for (let layer = 1; layer < 17; layer++) x = nn.conv(x, 64, 3, { padding: 'same', activation: 'relu' });
  const noise = nn.conv(x, channels, 3, { padding: 'same' });
  return tf.model({ inputs: image, outputs: tf.layers.add({ name: 'clean' }).apply([image, noise]) as nn.Value });
}
