import { PerpixelError } from '../../core/errors.js';
import * as tf from '../../core/tf.js';
import { CustomLayer } from './customLayer.js';
import type { OnnxScope, Sizes } from './onnxScope.js';
import type { PatchGeometry } from './patchGeometry.js';

/**
 * Mirrors a picture outwards just so far that windows of `patchIn`, one every `stride` pixels, predict patches of `patchOut` that cover it
 * whole. On every side that is half of what a patch is smaller than its window; at the bottom and on the right it is also what the last
 * step needs. The windows are counted from the top left, so that tiles which begin at a multiple of the stride have the same ones. `[batch,
 * height, width, channels]` in and out.
 */
export function mirrorToCover(x: tf.SymbolicTensor, geometry: PatchGeometry): tf.SymbolicTensor {
  const { patchIn, patchOut, stride } = geometry;
  return new MirrorToCover({ patchIn, patchOut, stride }).apply(x) as tf.SymbolicTensor;
}

class MirrorToCover extends CustomLayer<PatchGeometry> {
  static className = 'MirrorToCover';

  get #margin(): number {
    return (this.options.patchIn - this.options.patchOut) / 2;
  }

  #paddings(size: number): [number, number] {
    const { patchOut, stride } = this.options;
    const steps = Math.ceil(Math.max(size - patchOut, 0) / stride);
    return [this.#margin, this.#margin + steps * stride + patchOut - size];
  }

  override sizes([batch, height, width, channels]: Sizes): Sizes {
    const grown = (size: number | null) => size && this.#paddings(size).reduce((sum, pixels) => sum + pixels, size);
    return [batch, grown(height), grown(width), channels];
  }

  compute(x: tf.Tensor4D): tf.Tensor4D {
    const [, height, width] = x.shape;
    const [rows, columns] = [this.#paddings(height), this.#paddings(width)];
    if (Math.max(...rows) >= height || Math.max(...columns) >= width) {
      const { patchIn } = this.options;
      throw new PerpixelError({
        code: 'E_SIZE',
        received: `${height} x ${width} pixels`,
        expected: `at least ${patchIn} x ${patchIn}`,
        cure: 'Use the default model, or enlarge the picture.',
      });
    }
    return tf.mirrorPad(x, [[0, 0], rows, columns, [0, 0]], 'reflect');
  }

  toOnnx({ node, inputs: [x], integers }: OnnxScope): string {
    const { patchOut, stride } = this.options;
    const size = node('Shape', [x], { start: 2, end: 4 });
    const beyond = node('Max', [node('Sub', [size, integers([patchOut])]), integers([0])]);
    const steps = node('Div', [node('Add', [beyond, integers([stride - 1])]), integers([stride])]);
    const covered = node('Add', [node('Mul', [steps, integers([stride])]), integers([patchOut + this.#margin])]);
    const begins = integers([0, 0, this.#margin, this.#margin, 0, 0]);
    const paddings = node('Concat', [begins, node('Sub', [covered, size])], { axis: 0 });
    return node('Pad', [x, paddings], { mode: 'reflect' });
  }
}
tf.serialization.registerClass(MirrorToCover);
