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
