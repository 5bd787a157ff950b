import { expect, test } from 'vitest';
import { random } from '../../../src/core/random.js';
import * as tf from '../../../src/core/tf.js';
import { spatialModel } from '../../../src/models/layers/spatialModel.js';
import { expectOnnxEqual } from '../../helpers/expectOnnxEqual.js';
import { expectGradient } from '../../helpers/numericalGradient.js';

const [SIZE, JOINTS] = [8, 3];

function modelOf(reach: number) {
  const scores = tf.input({ shape: [null, null, JOINTS], name: 'scores' });
  return tf.model({ inputs: scores, outputs: spatialModel(scores, { reach, name: 'spatial' }) });
}

/** Weights that are not those of the start, by name. */
function told(model: tf.LayersModel): Record<string, Float32Array> {
  const dice = random(4);
  const told = model.getLayer('spatial').weights.map((weight) => {
    const values = Float32Array.from({ length: weight.shape.reduce((a, b) => a! * b!, 1)! }, () => dice.normal() * 0.3);
    weight.write(tf.tensor(values, weight.shape as number[]));
    return [weight.originalName.replace(/^spatial\//, ''), values];
  });
  return Object.fromEntries(told);
}

const soft = (x: number) => Math.log1p(Math.exp(5 * x)) / 5;

/** The formula, term by term. @param scores `[joint][row][column]` */
function direct(scores: number[][][], reach: number, { gain, priors, background }: Record<string, Float32Array>) {
  const side = 2 * reach - 1;
  const likely = scores.map((map, joint) => {
    const most = Math.max(...map.flat());
    return map.map((row) => row.map((score) => soft(Math.exp(gain[joint]) * (score - most))));
  });
  let pair = 0;
  return likely.map((own, joint) => {
    const sum = own.map((row) => row.map((value) => Math.log(value + 1e-6)));
    for (const [other, map] of likely.entries()) {
      if (other === joint) continue;
      for (let y = 0; y < SIZE; y++) {
        for (let x = 0; x < SIZE; x++) {
          let heard = 0;
          for (let v = 0; v < SIZE; v++) {
            for (let u = 0; u < SIZE; u++) {
              const [down, right] = [y - v + reach - 1, x - u + reach - 1];
              if (Math.min(down, right) < 0 || Math.max(down, right) >= side) continue;
              heard += soft(priors[(pair * side + down) * side + right]) * map[v][u];
            }
          }
          sum[y][x] += Math.log(heard + soft(background[pair]) + 1e-6);
        }
      }
      pair++;
    }
    return sum;
  });
}

test.each([
  ['of all displacements', 8, 2],
  ['of near ones alone', 3, 2],
  ['of more than there are', 11, 2],
  ['maps of zeros', 8, 0],
  ['scores that are far apart', 8, 200],
])('8x8 maps as by a direct sum: priors %s', (_, reach, spread) => {
  const model = modelOf(reach);
  const weights = told(model);
  const dice = random(7);
  const scores = Array.from({ length: JOINTS }, () =>
    Array.from({ length: SIZE }, () => Array.from({ length: SIZE }, () => spread * dice.normal())),
  );
  const input = tf.tensor3d(scores).transpose([1, 2, 0]).expandDims(0) as tf.Tensor4D;
  const found = (model.predict(input) as tf.Tensor4D).squeeze([0]).transpose([2, 0, 1]).arraySync() as number[][][];
  for (const [joint, map] of direct(scores, reach, weights).entries()) {
    for (const [y, row] of map.entries()) {
      for (const [x, value] of row.entries()) {
        expect(Number.isFinite(found[joint][y][x])).toBe(true);
        expect(Math.abs(found[joint][y][x] - value)).toBeLessThan(1e-5 * Math.max(1, Math.abs(value)));
      }
    }
  }
});

test('at the start no joint says anything of the others', () => {
  const scores = tf.randomNormal<tf.Rank.R4>([1, SIZE, SIZE, JOINTS], 0, 2, 'float32', 3);
  const said = modelOf(SIZE).predict(scores) as tf.Tensor4D;
  const ranks = (x: tf.Tensor) => Array.from(x.reshape([-1, JOINTS]).argMax(0).dataSync());
  expect(ranks(said)).toEqual(ranks(scores));
});

test('in onnxruntime as in tensorflow, maps of any size', async () => {
  const model = modelOf(5);
  told(model);
  for (const [rows, columns] of [
    [8, 8],
    [4, 11],
  ]) {
    // biome-ignore format: sizes
    await expectOnnxEqual(model, [tf.randomNormal([2, rows, columns, JOINTS], 0, 2, 'float32', 5)]);
  }
});

test('has the gradient that differences have', async () => {
  const model = modelOf(4);
  told(model);
  const scores = tf.randomNormal<tf.Rank.R4>([1, 4, 5, JOINTS], 0, 1, 'float32', 6);
  const weights = tf.randomNormal([1, 4, 5, JOINTS], 0, 1, 'float32', 8);
  await expectGradient((x: tf.Tensor4D) => (model.apply(x) as tf.Tensor).mul(weights).sum() as tf.Scalar, scores, {
    step: 0.01,
  });
});
