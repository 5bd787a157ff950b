import { expect, test } from 'vitest';
import * as tf from '../../../src/core/tf.js';
import { biasMap } from '../../../src/models/layers/biasMap.js';
import { fillHoles } from '../../../src/models/layers/fillHoles.js';
import { fourierQuotient } from '../../../src/models/layers/fourierQuotient.js';
import { interpolateHoles } from '../../../src/models/layers/interpolateHoles.js';
import { localResponseNormalization } from '../../../src/models/layers/localResponseNormalization.js';
import { mirrorToCover } from '../../../src/models/layers/mirrorToCover.js';
import { overlapAdd } from '../../../src/models/layers/overlapAdd.js';
import { resizeTo } from '../../../src/models/layers/resizeTo.js';
import { cropTo } from '../../../src/models/layers/shorthand.js';
import { standardise } from '../../../src/models/layers/standardise.js';
import { stopGradient } from '../../../src/models/layers/stopGradient.js';
import { taper } from '../../../src/models/layers/taper.js';
import { unitLength } from '../../../src/models/layers/unitLength.js';
import { expectOnnxEqual } from '../../helpers/expectOnnxEqual.js';
import { expectGradient } from '../../helpers/numericalGradient.js';

type Layer = (...inputs: tf.SymbolicTensor[]) => tf.SymbolicTensor;

const row = (...pixels: number[]) => tf.tensor4d(pixels, [1, 1, pixels.length, 1]);
const pixel = (...channels: number[]) => tf.tensor4d(channels, [1, 1, 1, channels.length]);

function modelOf(layer: Layer, inputs: tf.Tensor[]): tf.LayersModel {
  const values = inputs.map(({ shape }) => tf.input({ batchShape: [null, ...shape.slice(1)] }));
  return tf.model({ inputs: values, outputs: layer(...values) });
}

const corrected = (square: number) => (1 + (1e-4 / 5) * square) ** 0.75;
const hann = (index: number) => Math.sin((Math.PI * (index + 0.5)) / 3) ** 2;

// biome-ignore format: a table
test.each<[string, Layer, tf.Tensor4D[], number[]]>([
  ['five maps count in LRN', (x) => localResponseNormalization(x), [pixel(100, 0, 0, 50)],
    [100 / corrected(1e4), 0, 0, 50 / corrected(2500)]],
  ['LRN of neighbours', (x) => localResponseNormalization(x, { size: 3, alpha: 3, beta: 1 }), [pixel(1, 2, 3)], [1 / 6, 2 / 15, 3 / 14]],
  ['a bias map is zero at the start', (x) => biasMap(x, { name: 'map' }), [row(1, 2, 3)], [1, 2, 3]],
  ['vectors have length one', (x) => unitLength(x), [pixel(3, 0, 4)], [0.6, 0, 0.8]],
  ['and zero stays zero', (x) => unitLength(x), [pixel(0, 0, 0)], [0, 0, 0]],
  ['values pass where gradients stop', (x) => stopGradient(x), [row(1, 2)], [1, 2]],
  ['a mean for each channel', (x) => standardise(x, { mean: [1, 2], scale: 0.5 }), [pixel(2, 5)], [2, 6]],
  ['corners stay corners', (x) => resizeTo(x, [1, 5]), [row(0, 1, 2)], [0, 0.5, 1, 1.5, 2]],
  ['the odd pixel goes at the end', (x) => cropTo(x, [1, 2]), [row(1, 2, 3, 4, 5)], [2, 3]],
  ['borders fade', (x) => taper(x), [row(1, 1, 1)], [0, 1, 2].map(hann)],
  ['only holes are filled', (...x) => fillHoles(x[0], x[1], x[2]), [row(1, 2), row(7, 8), row(1, 0)], [7, 2]],
  ['holes are filled from both sides, whatever is in them', (...x) => interpolateHoles(x[0], x[1]), [row(0, 9, 9, 3), row(0, 1, 1, 0)],
    [0, 1 - 1 / 64, 2 + 1 / 64, 3]],
  ['overlaps are averaged', (patches, image) => overlapAdd(patches, image, { patchOut: 2, stride: 1 }),
    // Two patches of 2x2 side by side: 1 2 | 5 6
    //                                  3 4 | 7 8
    [tf.tensor4d([1, 2, 3, 4, 5, 6, 7, 8], [1, 1, 2, 4]), tf.zeros([1, 2, 3, 1])], [1, 3.5, 6, 3, 5.5, 8]],
  ['what goes beyond the picture is cut', (patches, image) => overlapAdd(patches, image, { patchOut: 2, stride: 2 }),
    [tf.tensor4d([1, 2, 3, 4, 5, 6, 7, 8], [1, 1, 2, 4]), tf.zeros([1, 1, 3, 2])], [1, 2, 5]],
  ['the middle of a patch counts more', (patches, image) => overlapAdd(patches, image, { patchOut: 3, stride: 1, window: 'gaussian' }),
    [tf.tensor4d([...Array(9).fill(0), ...Array(9).fill(1)], [1, 1, 2, 9]), tf.zeros([1, 1, 4, 1])],
    [0, 1 / (1 + Math.exp((4 / 3) ** 2 / 2)), 1 / (1 + Math.exp(-((4 / 3) ** 2) / 2)), 1]],
])('%s', async (_, layer, inputs, expected) => {
  const model = modelOf(layer, inputs);
  const actual = (model.predict(inputs) as tf.Tensor).dataSync();
  expect(actual).toHaveLength(expected.length);
  for (const [index, value] of expected.entries()) expect(actual[index]).toBeCloseTo(value, 5);
  await expectOnnxEqual(model, inputs);
});

test.each([
  ['nothing to add', { patchIn: 3, patchOut: 3, stride: 1 }, [1, 2, 3, 4]],
  ['a last step', { patchIn: 3, patchOut: 3, stride: 2 }, [1, 2, 3, 4, 3]],
  ['patches smaller than windows', { patchIn: 4, patchOut: 2, stride: 1 }, [2, 1, 2, 3, 4, 3]],
  ['both', { patchIn: 5, patchOut: 3, stride: 2 }, [2, 1, 2, 3, 4, 3, 2]],
])('windows cover the picture: %s', async (_, geometry, expected) => {
  const input = tf.tensor4d(
    Array.from({ length: 16 }, (__, index) => (index % 4) + 1),
    [1, 4, 4, 1],
  );
  const model = modelOf((x) => mirrorToCover(x, geometry), [input]);
  const rows = (model.predict(input) as tf.Tensor4D).squeeze([0, 3]).arraySync() as number[][];
  expect(rows).toEqual(expected.map(() => expected));
  await expectOnnxEqual(model, [input]);
});

test('a picture smaller than the window is refused with its size', () => {
  const input = tf.zeros<tf.Rank.R4>([1, 5, 9, 1]);
  const image = tf.input({ shape: [null, null, 1] });
  const model = tf.model({ inputs: image, outputs: mirrorToCover(image, { patchIn: 17, patchOut: 17, stride: 3 }) });
  expect(() => model.predict(input)).toThrow('5 x 9 pixels; expected at least 17 x 17');
});

test('the gradient goes through unit length, and not through a stop', async () => {
  const x = tf.tensor4d([1, 2, -2, 0.5, 0, 1], [1, 1, 2, 3]);
  const direction = tf.tensor4d([1, -1, 3, 2, 2, 1], [1, 1, 2, 3]);
  const lengths = modelOf((value) => unitLength(value), [x]);
  await expectGradient((value) => (lengths.apply(value) as tf.Tensor).mul(direction).sum() as tf.Scalar, x);
  const stopped = modelOf((value) => stopGradient(value), [x]);
  const gradient = tf.grad((value) => (stopped.apply(value) as tf.Tensor).add(value).mul(direction).sum())(x);
  expect(gradient.arraySync()).toEqual(direction.arraySync());
});

test('the Fourier quotient finds the kernel, and with it the picture', async () => {
  const [height, width, side] = [9, 8, 3];
  const kernel = tf.tensor4d([0.1, 0, 0.2, 0.3, 0.2, 0, 0, 0.1, 0.1], [1, side, side, 1]);
  const sharp = tf.randomNormal<tf.Rank.R4>([1, height, width, 2], 0, 1, 'float32', 1);
  const blurry = circularConvolution(sharp, kernel);
  const inputs = [sharp, blurry];
  const toKernel = modelOf(
    (a, b) => fourierQuotient(a, b, { estimate: side, regularisation: 1e-6, name: 'k' }),
    inputs,
  );
  expectClose(toKernel.predict(inputs) as tf.Tensor, kernel);
  await expectOnnxEqual(toKernel, inputs);

  const [first, firstBlurry] = inputs.map((x) => x.slice([0, 0, 0, 0], [-1, -1, -1, 1]));
  const fromKernel = [kernel, firstBlurry];
  const toPicture = modelOf(
    (a, b) => fourierQuotient(a, b, { estimate: 'image', regularisation: 1e-6, name: 'x' }),
    fromKernel,
  );
  expectClose(toPicture.predict(fromKernel) as tf.Tensor, first);
  await expectOnnxEqual(toPicture, fromKernel);
});

function expectClose(actual: tf.Tensor, expected: tf.Tensor): void {
  expect(actual.shape).toEqual(expected.shape);
  expect(tf.max(tf.abs(actual.sub(expected))).dataSync()[0]).toBeLessThan(1e-3);
}

/** blurry(p) = sum over q of kernel(q) sharp(p - q), the borders joined. */
function circularConvolution(sharp: tf.Tensor4D, kernel: tf.Tensor4D): tf.Tensor4D {
  const [, height, width] = sharp.shape;
  const side = kernel.shape[1];
  const weights = kernel.dataSync();
  const roll = (x: tf.Tensor, by: number, axis: number, size: number) => {
    const cut = ((-by % size) + size) % size;
    return tf.concat(tf.split(x, [cut, size - cut], axis).reverse(), axis);
  };
  let sum: tf.Tensor = tf.zerosLike(sharp);
  for (let index = 0; index < side * side; index++) {
    const [y, x] = [Math.floor(index / side) - (side - 1) / 2, (index % side) - (side - 1) / 2];
    sum = sum.add(roll(roll(sharp, y, 1, height), x, 2, width).mul(weights[index]));
  }
  return sum as tf.Tensor4D;
}
