import * as tf from '../../core/tf.js';
import { fourierQuotient } from './fourierQuotient.js';

/** Of the quotient of two spectra; what a noise of about a hundredth of the range asks for. */
const REGULARISATION = 1e-2;

/**
 * The first step of non-blind deblurring: the picture that the kernel blurs to this one, regularised, channel by channel.
 * Schuler et al., CVPR 2013, section 3, with a flat prior in place of one on gradients. The picture is mirrored outwards by
 * half a kernel first, since a Fourier transform takes it to go on from one border to the opposite one.
 *
 * @param blurry `[batch, height, width, channels]`
 * @param kernel `[batch, side, side, 1]`
 * @returns shaped as `blurry`
 */
export function regularisedInversion(blurry: tf.Tensor4D, kernel: tf.Tensor4D): tf.Tensor4D {
  const [, height, width, channels] = blurry.shape;
  const margin = (kernel.shape[1] - 1) / 2;
  const borders: [number, number] = [margin, margin];
  // Off its mean, which no kernel changes and the regularisation would.
  const mean = blurry.mean([1, 2], true);
  const padded = tf.mirrorPad(blurry.sub(mean) as tf.Tensor4D, [[0, 0], borders, borders, [0, 0]], 'symmetric');
  const inversion = inversionOf(kernel.shape[1]);
  const inverted = tf
    .split(padded, channels, 3)
    .map((channel) => inversion.apply([kernel, channel], { training: false }) as tf.Tensor4D);
  return tf.concat(inverted, 3).slice([0, margin, margin, 0], [-1, height, width, -1]).add(mean);
}

const inversions = new Map<number, tf.LayersModel>();

function inversionOf(side: number): tf.LayersModel {
  const known = inversions.get(side);
  if (known) return known;
  const kernel = tf.input({ shape: [side, side, 1] });
  const blurry = tf.input({ shape: [null, null, 1] });
  const options = { estimate: 'image', regularisation: REGULARISATION, name: `inversion${side}` } as const;
  const made = tf.model({ inputs: [kernel, blurry], outputs: fourierQuotient(kernel, blurry, options) });
  inversions.set(side, made);
  return made;
}
