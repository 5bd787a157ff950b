import { expect, test } from 'vitest';
import * as tf from '../../../src/core/tf.js';
import { laplacianPyramid } from '../../../src/models/farabet.js';
import { localContrast } from '../../../src/models/layers/localContrast.js';
import { toYuv } from '../../../src/models/layers/toYuv.js';

const picture = (...shape: [number, number, number, number]) => tf.randomUniform<tf.Rank.R4>(shape, 0, 1, 'float32', 4);

function applied(
  layer: (x: tf.SymbolicTensor) => tf.SymbolicTensor | tf.SymbolicTensor[],
  x: tf.Tensor4D,
): tf.Tensor4D[] {
  const input = tf.input({ shape: [null, null, x.shape[3]] });
  return [tf.model({ inputs: input, outputs: layer(input) }).predict(x)].flat() as tf.Tensor4D[];
}

test('the levels of a pyramid are the picture again, to 1e-5', () => {
  const x = picture(1, 24, 32, 3);
  const levels = applied((value) => laplacianPyramid(value, 3), x);
  expect(levels.map(({ shape }) => shape)).toEqual([[1, 24, 32, 3], [1, 12, 16, 3], [1, 6, 8, 3]]); // biome-ignore format: sizes
  const whole = levels.reduceRight((coarse, level) =>
    tf.image.resizeNearestNeighbor(coarse, [level.shape[1], level.shape[2]]).add(level),
  );
  expect(whole.sub(x).abs().max().dataSync()[0]).toBeLessThan(1e-5);
});

test('local contrast as computed pixel by pixel', () => {
  const x = picture(1, 7, 9, 2);
  const values = x.arraySync()[0];
  const taps = [-2, -1, 0, 1, 2].map((d) => Math.exp(-(d * d) / (2 * 1.25 ** 2)));
  /** The weighted mean over what is there of the window. */
  const mean = (y: number, x0: number, of: (y: number, x: number) => number) => {
    let [sum, weights] = [0, 0];
    for (const [i, down] of taps.entries()) {
      for (const [j, across] of taps.entries()) {
        const [row, column] = [y + i - 2, x0 + j - 2];
        if (row < 0 || column < 0 || row > 6 || column > 8) continue;
        weights += down * across;
        sum += down * across * of(row, column);
      }
    }
    return sum / weights;
  };
  const answer = applied((value) => localContrast(value, { window: 5 }), x)[0].arraySync()[0];
  for (const c of [0, 1]) {
    const grid = <T>(of: (y: number, x: number) => T) => values.map((row, y) => row.map((_, column) => of(y, column)));
    const centred = grid((y, x0) => values[y][x0][c] - mean(y, x0, (row, column) => values[row][column][c]));
    const deviation = grid((y, x0) => Math.sqrt(mean(y, x0, (row, column) => centred[row][column] ** 2) + 1e-8));
    const usual = deviation.flat().reduce((a, b) => a + b) / 63;
    for (let y = 0; y < 7; y++) {
      for (let column = 0; column < 9; column++) {
        expect(answer[y][column][c]).toBeCloseTo(centred[y][column] / Math.max(deviation[y][column], usual), 4);
      }
    }
  }
});

test('a flat picture has no contrast; grey has no colour', () => {
  const flat = tf.fill<tf.Rank.R4>([1, 8, 8, 1], 0.7);
  expect(
    applied((value) => localContrast(value, { window: 5 }), flat)[0]
      .abs()
      .max()
      .dataSync()[0],
  ).toBeLessThan(1e-2);
  const [y, u, v] = applied(toYuv, tf.fill<tf.Rank.R4>([1, 1, 1, 3], 0.6))[0].dataSync();
  expect([y, u, v]).toEqual([0.6, 0, 0].map((value) => expect.closeTo(value, 4)));
});
