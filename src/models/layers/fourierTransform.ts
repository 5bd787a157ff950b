import * as tf from '../../core/tf.js';
import type { OnnxScope } from './onnxScope.js';

export interface Complex<T> {
  real: T;
  imaginary: T;
}

/**
 * Two-dimensional discrete Fourier transforms as products with matrices of cosines and sines: tfjs has no gradient for its FFT. Samples may
 * lie at any whole positions, so that a small kernel around the origin needs no padding, shifting or cropping. About n^3 multiplications
 * for n x n pixels, all of them in matrix products.
 *
 * Written once for both worlds: T is a tensor `[batch, channels, height, width]`, or the name of such a value in ONNX.
 */
export abstract class FourierTransform<T> {
  /** A picture's samples begin at the origin, those of a kernel of the given side lie around it. */
  abstract positions(side?: { kernel: number }): { rows: T; columns: T };
  /** cos and sin of 2 pi p q / size, a row a p, a column a q. */
  abstract waves(p: T, q: T, axis: 'rows' | 'columns'): { cos: T; sin: T };
  abstract matMul(a: T, b: T): T;
  abstract add(a: T, b: T): T;
  abstract sub(a: T, b: T): T;
  abstract mul(a: T, b: T): T;
  abstract div(a: T, b: T): T;
  abstract neg(a: T): T;
  /** Over channels, which stay as one. */
  abstract sum(a: T): T;
  /** Pixels of the picture. */
  abstract area(): T;

  /** Of a real picture, or of a kernel of the given side, at as many frequencies as the picture has pixels. */
  forward(x: T, side?: { kernel: number }): Complex<T> {
    const at = this.positions(side);
    const frequencies = this.positions();
    const rows = this.waves(frequencies.rows, at.rows, 'rows');
    const columns = this.waves(at.columns, frequencies.columns, 'columns');
    const [cos, sin] = [this.matMul(rows.cos, x), this.matMul(rows.sin, x)];
    const real = this.sub(this.matMul(cos, columns.cos), this.matMul(sin, columns.sin));
    const minusImaginary = this.add(this.matMul(cos, columns.sin), this.matMul(sin, columns.cos));
    return { real, imaginary: this.neg(minusImaginary) };
  }

  /** The real part of the inverse: a picture, or a kernel of the given side. */
  inverse({ real, imaginary }: Complex<T>, side?: { kernel: number }): T {
    const at = this.positions(side);
    const frequencies = this.positions();
    const rows = this.waves(at.rows, frequencies.rows, 'rows');
    const columns = this.waves(frequencies.columns, at.columns, 'columns');
    const cos = this.sub(this.matMul(real, columns.cos), this.matMul(imaginary, columns.sin));
    const sin = this.add(this.matMul(real, columns.sin), this.matMul(imaginary, columns.cos));
    return this.div(this.sub(this.matMul(rows.cos, cos), this.matMul(rows.sin, sin)), this.area());
  }

  /** sum of conj(a) b over channels, divided by the sum of |a|^2 over channels and the regularisation. */
  quotient(a: Complex<T>, b: Complex<T>, regularisation: T): Complex<T> {
    const energy = this.sum(this.add(this.mul(a.real, a.real), this.mul(a.imaginary, a.imaginary)));
    const divisor = this.add(energy, regularisation);
    const real = this.add(this.mul(a.real, b.real), this.mul(a.imaginary, b.imaginary));
    const imaginary = this.sub(this.mul(a.real, b.imaginary), this.mul(a.imaginary, b.real));
    return { real: this.div(this.sum(real), divisor), imaginary: this.div(this.sum(imaginary), divisor) };
  }
}

/** Of tensors. */
export class TensorFourier extends FourierTransform<tf.Tensor> {
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

/** Of values in an ONNX graph. */
export class OnnxFourier extends FourierTransform<string> {
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
