import * as tf from '../../core/tf.js';
import { CustomLayer } from './customLayer.js';
import { type FourierTransform, OnnxFourier, TensorFourier } from './fourierTransform.js';
import type { OnnxScope } from './onnxScope.js';

/** How far joints are told from each other. */
export interface SpatialModelOptions {
  /** Displacements of one joint from another that are learnt: fewer than so many positions, each way. @default 32 */
  reach?: number;
}

/** softplus(x) = ln(1 + e^(SHARPNESS x)) / SHARPNESS keeps what is multiplied positive. */
const SHARPNESS = 5;
/** Added before each logarithm. */
const LEAST = 1e-6;
/** By what the detector's scores are multiplied at first: their softplus is then about as e to the score. */
const GAIN = 1 / SHARPNESS;
/** What each message begins with: that the other joint says nothing. */
const BACKGROUND = 1e-5;

/**
 * What each joint's place says of the others': one round of belief propagation between all pairs, in logarithms,
 *
 *     log s(e_a) + sum over v != a of log(s(prior_a|v) * s(e_v) + s(background_a|v)),   e = gain (score - the map's largest)
 *
 * where s is a softplus and * the convolution with a prior over displacements, `[2 reach - 1, 2 reach - 1]`, done by Fourier transforms over as many
 * positions as it needs, so that nothing comes round from the opposite border. All are learnt; at first no joint says anything of the others.
 * Tompson, Jain, LeCun, Bregler: Joint training of a convolutional network and a graphical model for human pose estimation, NIPS 2014,
 * whose detector's maps are normalised over batches, as their gain and largest are here.
 *
 * `[batch, rows, columns, joints]` in and out, logits. Maps of any size.
 */
export function spatialModel(
  scores: tf.SymbolicTensor,
  { reach = 32, name }: SpatialModelOptions & { name?: string } = {},
): tf.SymbolicTensor {
  return new SpatialModel({ reach, name }).apply(scores) as tf.SymbolicTensor;
}

class SpatialModel extends CustomLayer<Required<SpatialModelOptions>> {
  static className = 'SpatialModel';

  override build(inputShape: (number | null)[]): void {
    const joints = inputShape[3]!;
    const pairs = joints * (joints - 1);
    const side = this.side;
    const constant = (value: number) => tf.initializers.constant({ value });
    this.addWeight('gain', [1, joints, 1, 1], 'float32', constant(Math.log(GAIN)));
    this.addWeight('priors', [1, pairs, side, side], 'float32', tf.initializers.zeros());
    this.addWeight('background', [1, pairs, 1, 1], 'float32', constant(BACKGROUND));
    this.built = true;
  }

  compute(scores: tf.Tensor4D): tf.Tensor4D {
    const [, rows, columns, joints] = scores.shape;
    const { reach } = this.options;
    const [gain, priors, background] = this.weights.map((weight) => weight.read());
    const soft = (x: tf.Tensor) => x.mul(SHARPNESS).softplus().div(SHARPNESS);
    const maps = scores.transpose([0, 3, 1, 2]);
    const likely = soft(maps.sub(maps.max([2, 3], true)).mul(gain.exp()));
    const fourier = new TensorFourier(rows + reach - 1, columns + reach - 1);
    const padded = likely.pad([[0, 0], [0, 0], [0, reach - 1], [0, reach - 1]]); // biome-ignore format: four axes
    const others = (x: tf.Tensor) => x.gather(tf.tensor1d(othersOf(joints), 'int32'), 1);
    const sent = this.#convolved(fourier, padded, soft(priors), others);
    const heard = sent.slice([0, 0, 0, 0], [-1, -1, rows, columns]).relu();
    const messages = heard.add(soft(background)).add(LEAST).log();
    const said = messages
      .reshape([-1, joints, joints - 1, rows * columns])
      .sum(2)
      .reshape([-1, joints, rows, columns]);
    return likely.add(LEAST).log().add(said).transpose([0, 2, 3, 1]) as tf.Tensor4D;
  }

  toOnnx(scope: OnnxScope): string {
    const { node, inputs: [scores], inputShapes, constant, integers, weight } = scope; // biome-ignore format: one line
    const joints = inputShapes[0][3]!;
    const { reach } = this.options;
    const soft = (x: string) =>
      node('Mul', [node('Softplus', [node('Mul', [x, constant(SHARPNESS)])]), constant(1 / SHARPNESS)]);
    const largest = node('ReduceMax', [scores], { axes: [2, 3], keepdims: 1 });
    const likely = soft(node('Mul', [node('Sub', [scores, largest]), node('Exp', [weight('gain')])]));
    const padded = node('Pad', [likely, integers([0, 0, 0, 0, 0, 0, reach - 1, reach - 1])]);
    const fourier = new OnnxFourier(scope, padded);
    const others = (x: string) => node('Gather', [x, integers(othersOf(joints))], { axis: 1 });
    const sent = this.#convolved(fourier, padded, soft(weight('priors')), others);
    const size = node('Shape', [scores], { start: 2, end: 4 });
    const heard = node('Relu', [node('Slice', [sent, integers([0, 0]), size, integers([2, 3])])]);
    const least = constant(LEAST);
    const messages = node('Log', [node('Add', [node('Add', [heard, soft(weight('background'))]), least])]);
    // The sum over what each joint hears, as a convolution of ones.
    const ones = constant(new Float32Array(joints * (joints - 1)).fill(1), [joints, joints - 1, 1, 1]);
    const said = node('Conv', [messages, ones], { group: joints });
    return node('Add', [node('Log', [node('Add', [likely, least])]), said]);
  }

  /** Each joint's map as each other one hears it: convolved with the prior of the pair. */
  #convolved<T>(fourier: FourierTransform<T>, maps: T, priors: T, others: (maps: T) => T): T {
    const seen = fourier.forward(maps);
    const [a, b] = [
      { real: others(seen.real), imaginary: others(seen.imaginary) },
      fourier.forward(priors, { kernel: this.side }),
    ];
    const real = fourier.sub(fourier.mul(a.real, b.real), fourier.mul(a.imaginary, b.imaginary));
    const imaginary = fourier.add(fourier.mul(a.real, b.imaginary), fourier.mul(a.imaginary, b.real));
    return fourier.inverse({ real, imaginary });
  }

  private get side(): number {
    return 2 * this.options.reach - 1;
  }
}
tf.serialization.registerClass(SpatialModel);

/** Of each joint the others that it hears, in the order of the pairs. */
function othersOf(joints: number): number[] {
  const all = Array.from({ length: joints }, (_, joint) => joint);
  return all.flatMap((joint) => all.filter((other) => other !== joint));
}
