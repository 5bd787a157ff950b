import * as tf from '../../core/tf.js';
import { CustomLayer } from './customLayer.js';
import { FourierTransform } from './fourierTransform.js';
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

class TensorFourier extends FourierTransform<tf.Tensor> {
  readonly #sizes: { rows: number; columns: number };

  constructor(height: number, width: number) {
    super();
    this.#sizes = { rows: height, columns: width };
  }

  positions(side?: { kernel: number }) {
    if (!side) return { rows: tf.range(0, this.#sizes.rows), columns: tf.range(0, this.#sizes.columns) };
    const around = tf.range(0, side.kernel).sub((side.kernel - 1) / 2);
    return { rows: around, columns: around };
  }

  waves(p: tf.Tensor, q: tf.Tensor, axis: 'rows' | 'columns') {
    const size = this.#sizes[axis];
    // The remainder before the product with 2 pi keeps the angle small, and so exact in float32.
    const remainders = tf.mod(tf.outerProduct(p as tf.Tensor1D, q as tf.Tensor1D), size);
    const angle = remainders.mul((2 * Math.PI) / size);
    return { cos: angle.cos(), sin: angle.sin() };
  }

  matMul = (a: tf.Tensor, b: tf.Tensor) => tf.matMul(a, b);
  add = (a: tf.Tensor, b: tf.Tensor) => tf.add(a, b);
  sub = (a: tf.Tensor, b: tf.Tensor) => tf.sub(a, b);
  mul = (a: tf.Tensor, b: tf.Tensor) => tf.mul(a, b);
  div = (a: tf.Tensor, b: tf.Tensor) => tf.div(a, b);
  neg = (a: tf.Tensor) => tf.neg(a);
  sum = (a: tf.Tensor) => tf.sum(a, 1, true);
  area = () => tf.scalar(this.#sizes.rows * this.#sizes.columns);
}

class OnnxFourier extends FourierTransform<string> {
  readonly #scope: OnnxScope;
  readonly #sizes: { rows: string; columns: string };

  constructor(scope: OnnxScope, picture: string) {
    super();
    this.#scope = scope;
    const size = (axis: number) => scope.node('Shape', [picture], { start: axis, end: axis + 1 });
    this.#sizes = { rows: size(2), columns: size(3) };
  }

  positions(side?: { kernel: number }) {
    const { node, integers } = this.#scope;
    const scalar = (value: string) => node('Squeeze', [value]);
    if (!side) {
      const from0 = (size: string) => node('Range', [scalar(integers([0])), scalar(size), scalar(integers([1]))]);
      return { rows: from0(this.#sizes.rows), columns: from0(this.#sizes.columns) };
    }
    const around = integers(Array.from({ length: side.kernel }, (_, index) => index - (side.kernel - 1) / 2));
    return { rows: around, columns: around };
  }

  waves(p: string, q: string, axis: 'rows' | 'columns') {
    const { node, constant, integers } = this.#scope;
    const products = node('Mul', [node('Unsqueeze', [p, integers([1])]), node('Unsqueeze', [q, integers([0])])]);
    // By division, as not every engine has Mod; the sign of the remainder makes no difference to an angle.
    const wholes = node('Mul', [node('Div', [products, this.#sizes[axis]]), this.#sizes[axis]]);
    const remainders = this.#float(node('Sub', [products, wholes]));
    const angle = node('Mul', [remainders, node('Div', [constant(2 * Math.PI), this.#float(this.#sizes[axis])])]);
    return { cos: node('Cos', [angle]), sin: node('Sin', [angle]) };
  }

  #float(integer: string): string {
    const FLOAT = 1;
    return this.#scope.node('Cast', [integer], { to: FLOAT });
  }

  matMul = (a: string, b: string) => this.#scope.node('MatMul', [a, b]);
  add = (a: string, b: string) => this.#scope.node('Add', [a, b]);
  sub = (a: string, b: string) => this.#scope.node('Sub', [a, b]);
  mul = (a: string, b: string) => this.#scope.node('Mul', [a, b]);
  div = (a: string, b: string) => this.#scope.node('Div', [a, b]);
  neg = (a: string) => this.#scope.node('Neg', [a]);
  sum = (a: string) => this.#scope.node('ReduceSum', [a, this.#scope.integers([1])]);
  area = () => this.#float(this.#scope.node('Mul', [this.#sizes.rows, this.#sizes.columns]));
}
