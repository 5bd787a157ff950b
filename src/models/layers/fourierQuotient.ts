import * as tf from '../../core/tf.js';
import { CustomLayer } from './customLayer.js';
import { type FourierTransform, OnnxFourier, TensorFourier } from './fourierTransform.js';
import type { OnnxScope, Sizes } from './onnxScope.js';

export interface FourierQuotientOptions {
  /** `image`: a is a kernel around the origin, the answer the picture that it blurs to b. A number: the side, odd, of the
   *  kernel that blurs the pictures a to the pictures b, which is the answer. */
  estimate: 'image' | number;
  /** Its value at the start; it is learnt, and stays positive. */
  regularisation: number;
  name: string;
}

/**
 * Deconvolution as a regularised quotient of Fourier transforms, F^-1(sum conj(F a) F b / (sum |F a|^2 + beta)): least squares for the
 * kernel from pairs of sharp and blurry feature maps, or for the picture from the kernel and the blurry picture. Schuler, Hirsch,
 * Harmeling, Schoelkopf: Learning to deblur, arXiv 1406.7444, equations 3 and 4.
 *
 * Pictures are taken to go on from one border to the opposite one. For a kernel, energies are a pixel, so that beta means
 * the same for any size of picture. One learnt number, log beta.
 *
 * @param a `[batch, height, width, pairs]`, or `[batch, side, side, 1]`, a kernel
 * @param b `[batch, height, width, pairs]`, or `[batch, height, width, 1]`, a grey picture
 * @returns `[batch, side, side, 1]`, the kernel, or `[batch, height, width, 1]`, the picture
 */
export function fourierQuotient(
  a: tf.SymbolicTensor,
  b: tf.SymbolicTensor,
  options: FourierQuotientOptions,
): tf.SymbolicTensor {
  return new FourierQuotient(options).apply([a, b]) as tf.SymbolicTensor;
}

class FourierQuotient extends CustomLayer<Omit<FourierQuotientOptions, 'name'>> {
  static className = 'FourierQuotient';

  override build(): void {
    const start = Math.log(this.options.regularisation);
    this.addWeight('log_beta', [1], 'float32', tf.initializers.constant({ value: start }));
    this.built = true;
  }

  override sizes(a: Sizes, b: Sizes): Sizes {
    const { estimate } = this.options;
    return estimate === 'image' ? [...b.slice(0, 3), 1] : [a[0], estimate, estimate, 1];
  }

  compute(a: tf.Tensor4D, b: tf.Tensor4D): tf.Tensor4D {
    const [, height, width] = b.shape;
    const toFirst = (x: tf.Tensor) => x.transpose([0, 3, 1, 2]);
    const beta = this.weights[0].read().exp();
    const answer = this.#quotient(new TensorFourier(height, width), toFirst(a), toFirst(b), a.shape[1], beta);
    return answer.transpose([0, 2, 3, 1]) as tf.Tensor4D;
  }

  toOnnx(scope: OnnxScope): string {
    const [a, b] = scope.inputs;
    const beta = scope.node('Exp', [scope.weight('log_beta')]);
    return this.#quotient(new OnnxFourier(scope, b), a, b, scope.inputShapes[0][1], beta);
  }

  #quotient<T>(fourier: FourierTransform<T>, a: T, b: T, side: number | null, beta: T): T {
    const { estimate } = this.options;
    const inB = fourier.forward(b);
    if (estimate === 'image') {
      const inA = fourier.forward(a, { kernel: side! });
      return fourier.inverse(fourier.quotient(inA, inB, beta));
    }
    const perPicture = fourier.mul(beta, fourier.area());
    return fourier.inverse(fourier.quotient(fourier.forward(a), inB, perPicture), { kernel: estimate });
  }
}
tf.serialization.registerClass(FourierQuotient);
