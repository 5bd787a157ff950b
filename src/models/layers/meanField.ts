import * as tf from '../../core/tf.js';
import { CustomLayer } from './customLayer.js';
import type { OnnxScope } from './onnxScope.js';

/** How far and how often neighbours are heard. */
export interface MeanFieldOptions {
  /** Rounds of messages. @default 3 */
  rounds?: number;
  /** Neighbours on either side: 5 is a window of 11x11, 120 of them. @default 5 */
  radius?: number;
  /** Positions from one neighbour to the next. @default 2 */
  dilation?: number;
}

/** What the weights begin with: logarithms of what each is used as. Distances are in positions, colours of 0..1. */
const START = { smoothness: 0.02, near: 3, appearance: 0.1, reach: 8, colour: 0.1 };

/**
 * Mean field of a conditional random field on a network's own grid, a fixed number of rounds, whose kernels and compatibilities are learnt with
 * the network: Q <- softmax(scale unary + (K Q) M), where K sums over the neighbours in a window
 *
 *     smoothness exp(-d^2 / 2 near^2) + appearance exp(-d^2 / 2 reach^2 - |dI|^2 / 2 colour^2)
 *
 * and M, `[classes, classes]`, begins as the identity: neighbours agree (Potts). 6 + classes^2 weights.
 * Krähenbühl, Koltun: Efficient inference in fully connected CRFs with Gaussian edge potentials, NIPS 2011; learnt through the rounds as in Zheng et al.:
 * Conditional random fields as recurrent neural networks, ICCV 2015; here over a window instead of the whole picture.
 *
 * @param unary `[batch, rows, columns, classes]`, logits
 * @param guide `[batch, rows, columns, c]`, the picture on the same grid, 0..1
 * @returns logits, likewise
 */
export function meanField(
  unary: tf.SymbolicTensor,
  guide: tf.SymbolicTensor,
  { rounds = 3, radius = 5, dilation = 2, name }: MeanFieldOptions & { name?: string } = {},
): tf.SymbolicTensor {
  return new MeanField({ rounds, radius, dilation, name }).apply([unary, guide]) as tf.SymbolicTensor;
}

interface Neighbour {
  down: number;
  right: number;
  /** d^2, in positions. */
  square: number;
}

class MeanField extends CustomLayer<Required<MeanFieldOptions>> {
  static className = 'MeanField';

  override build(inputShapes: (number | null)[] | (number | null)[][]): void {
    const classes = (inputShapes as (number | null)[][])[0][3]!;
    for (const [name, value] of Object.entries(START)) {
      this.addWeight(name, [1], 'float32', tf.initializers.constant({ value: Math.log(value) }));
    }
    this.addWeight('scale', [1], 'float32', tf.initializers.zeros());
    this.addWeight('agreement', [classes, classes], 'float32', tf.initializers.identity({}));
    this.built = true;
  }

  compute(unary: tf.Tensor4D, guide: tf.Tensor4D): tf.Tensor4D {
    const { rounds } = this.options;
    const [smoothness, near, appearance, reach, colour, scale] = this.weights.slice(0, 6).map((w) => w.read().exp());
    const agreement = this.weights[6].read() as tf.Tensor2D;
    const [batch, rows, columns, classes] = unary.shape;
    const neighbours = this.neighbours();
    const margin = this.margin;
    const moved = (x: tf.Tensor4D, { down, right }: Neighbour) =>
      x.slice([0, margin + down, margin + right, 0], [-1, rows, columns, -1]);
    const padded = (x: tf.Tensor4D) => x.pad([[0, 0], [margin, margin], [margin, margin], [0, 0]]) as tf.Tensor4D; // biome-ignore format: four axes
    const wideGuide = padded(guide);
    const kernels = neighbours.map((to) => {
      const differences = moved(wideGuide, to).sub(guide).square().sum(3, true);
      const alone = smoothness.mul(tf.exp(tf.div(-to.square / 2, near.square())));
      const likeness = tf.add(tf.div(to.square / 2, reach.square()), differences.div(colour.square().mul(2)));
      return alone.add(appearance.mul(likeness.neg().exp())) as tf.Tensor4D;
    });
    const scaled = unary.mul(scale) as tf.Tensor4D;
    let logits = scaled;
    for (let round = 0; round < rounds; round++) {
      const wide = padded(tf.softmax(logits));
      const messages = neighbours.map((to, i) => moved(wide, to).mul(kernels[i]) as tf.Tensor4D);
      const heard = tf
        .matMul(tf.addN(messages).reshape([-1, classes]), agreement)
        .reshape([batch, rows, columns, classes]);
      logits = scaled.add(heard) as tf.Tensor4D;
    }
    return logits;
  }

  toOnnx({ node, inputs: [unary, guide], inputShapes, weight, constant, integers }: OnnxScope): string {
    const margin = this.margin;
    const [smoothness, near, appearance, reach, colour, scale] = [...Object.keys(START), 'scale'].map((name) =>
      node('Exp', [weight(name)]),
    );
    const square = (x: string) => node('Mul', [x, x]);
    const wide = (x: string) => node('Pad', [x, integers([0, 0, margin, margin, 0, 0, margin, margin])]);
    const axes = integers([2, 3]);
    const moved = (x: string, { down, right }: Neighbour) => {
      const far = (offset: number) => (margin - offset === 0 ? Number.MAX_SAFE_INTEGER : -(margin - offset));
      return node('Slice', [x, integers([margin + down, margin + right]), integers([far(down), far(right)]), axes]);
    };
    const wideGuide = wide(guide);
    const neighbours = this.neighbours();
    const kernels = neighbours.map((to) => {
      const differences = node('ReduceSum', [square(node('Sub', [moved(wideGuide, to), guide])), integers([1])]);
      const half = constant(to.square / 2);
      const alone = node('Mul', [smoothness, node('Exp', [node('Neg', [node('Div', [half, square(near)])])])]);
      const unlike = node('Div', [differences, node('Mul', [square(colour), constant(2)])]);
      const likeness = node('Add', [node('Div', [half, square(reach)]), unlike]);
      return node('Add', [alone, node('Mul', [appearance, node('Exp', [node('Neg', [likeness])])])]);
    });
    // A 1x1 convolution of the messages by M.
    const classes = inputShapes[0][3]!;
    const agreement = weight('agreement', { permutation: [1, 0], dims: [classes, classes, 1, 1] });
    const scaled = node('Mul', [unary, scale]);
    let logits = scaled;
    for (let round = 0; round < this.options.rounds; round++) {
      const likely = wide(node('Softmax', [logits], { axis: 1 }));
      const messages = neighbours.map((to, i) => node('Mul', [moved(likely, to), kernels[i]]));
      logits = node('Add', [scaled, node('Conv', [node('Sum', messages), agreement])]);
    }
    return logits;
  }

  private get margin(): number {
    return this.options.radius * this.options.dilation;
  }

  private neighbours(): Neighbour[] {
    const { radius, dilation } = this.options;
    const offsets = Array.from({ length: 2 * radius + 1 }, (_, i) => (i - radius) * dilation);
    return offsets
      .flatMap((down) => offsets.map((right) => ({ down, right, square: down ** 2 + right ** 2 })))
      .filter(({ square }) => square > 0);
  }
}
tf.serialization.registerClass(MeanField);
