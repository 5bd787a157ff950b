import * as z from 'zod';
import * as tf from '../core/tf.js';
import { kernelError } from '../losses/kernelError.js';
import { fourierQuotient } from './layers/fourierQuotient.js';
import { concat, conv } from './layers/shorthand.js';
import { taper } from './layers/taper.js';
import { defineNetwork } from './network.js';

const options = z.strictObject({
  /** Filters of a stage's convolution. @default 32 */
  filters: z.int().positive().default(32),
  /** Their side. @default 19 */
  filterSize: z.int().positive().default(19),
  /** Pairs of a sharp and a blurry feature picture a stage. @default 8 */
  pairs: z.int().positive().default(8),
  /** Side, odd, of the kernel that each stage estimates. @default [17, 25, 33] */
  kernels: z.array(z.int().positive()).default([17, 25, 33]),
});

/** What of schulerBlind can be chosen. */
export type SchulerBlindOptions = z.input<typeof options>;

/**
 * Blind deblurring: finds the blur kernel in stages of features, kernel and picture, trained end to end.
 * Schuler, Hirsch, Harmeling, Schoelkopf: Learning to deblur, arXiv 1406.7444 (PAMI 2016).
 *
 *     blurry (+ picture so far) -> features: sharp and blurry pairs -> kernel = quotient of their Fourier transforms
 *                                                    picture = quotient of blurry and kernel -> next stage
 *
 * Input `image` `[batch, height, width, 1]`, grey, mean near 0. Outputs `kernel` `[batch, 33, 33, 1]`, centred, the last
 * stage's, and `sharp` `[batch, height, width, 1]`, the picture that it gives. Any size larger than the kernel. 59 k parameters.
 * Loss: the squared error of the kernel. The final picture is a non-blind solver's task (schulerMlp).
 *
 * Differs from the paper: all stages see the picture at full size, only the kernel grows; feature pictures fade out to
 * their borders; both quotients' regularisations are learnt.
 */
export const schulerBlind = defineNetwork({
  name: 'schuler-blind',
  options,
  build({ filters, filterSize, pairs, kernels }) {
    const blurry = tf.input({ shape: [null, null, 1], name: 'image' });
    let kernel = blurry;
    let picture: tf.SymbolicTensor | undefined;
    for (const [index, side] of kernels.entries()) {
      const last = index === kernels.length - 1;
      const name = (part: string) => `stage${index + 1}_${part}`;
      const seen = concat(picture ? [blurry, picture] : [blurry]);
      const features = conv(seen, filters, filterSize, { padding: 'same', activation: 'tanh', name: name('features') });
      const [sharps, blurries] = ['sharps', 'blurries'].map((part) =>
        taper(conv(features, pairs, 1, { useBias: false, name: name(part) })),
      );
      kernel = fourierQuotient(sharps, blurries, {
        estimate: side,
        regularisation: 1e-2,
        name: last ? 'kernel' : name('kernel'),
      });
      picture = fourierQuotient(kernel, blurry, {
        estimate: 'image',
        regularisation: 1e-2,
        name: last ? 'sharp' : name('sharp'),
      });
    }
    return tf.model({ inputs: blurry, outputs: [kernel, picture!] });
  },
  // A kernel belongs to the whole picture.
  geometry: () => ({ stride: 1, receptiveRadius: Number.MAX_SAFE_INTEGER }),
  tasks: { deblur: {} },
  normalisation: { mean: 0.5, scale: 1 },
  outputs: { clean: 'sharp' },
  /** Section 3 of the paper: the error of the kernel alone. */
  loss: (outputs, { targets }) => kernelError(outputs.kernel, targets.kernel),
});
