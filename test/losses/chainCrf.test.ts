import { expect, test } from 'vitest';
import { type Chain, chainMarginals, viterbi } from '../../src/core/maths/chain.js';
import { random } from '../../src/core/random.js';
import * as tf from '../../src/core/tf.js';
import { arcScores, chainLoss, forwardScore, pathScore } from '../../src/losses/chainCrf.js';
import { expectGradient } from '../helpers/numericalGradient.js';

const [LENGTH, CLASSES] = [4, 3];
const normals = (count: number, seed: number) => {
  const dice = random(seed);
  return Float64Array.from({ length: count }, () => Math.fround(2 * dice.normal()));
};
/** Under the road no sky: from class 1 to 2 and from 2 to itself there is no way. */
const forbidden = [5, 8];
const chainOf = (seed: number, isFree: boolean): Chain => {
  const arcs = normals(CLASSES ** 2, seed + 100);
  if (!isFree) for (const arc of forbidden) arcs[arc] = Number.NEGATIVE_INFINITY;
  return { unary: normals(LENGTH * CLASSES, seed), arcs, length: LENGTH, classes: CLASSES };
};

/** Every labelling and its score. */
function enumerated({ unary, arcs, length, classes }: Chain) {
  return Array.from({ length: classes ** length }, (_, n) => {
    const labels = Array.from({ length }, (__, t) => Math.floor(n / classes ** t) % classes);
    const own = labels.reduce((sum, k, t) => sum + unary[t * classes + k], 0);
    const between = labels.slice(1).reduce((sum, k, t) => sum + arcs[labels[t] * classes + k], 0);
    return { labels, score: own + between };
  });
}

const cases = [1, 2, 3, 4, 5].flatMap((seed) => [true, false].map((isFree) => [seed, isFree] as const));
test.each(
  cases,
)('ln Z, marginals and the best path as all labellings have them; chain %i, all arcs: %s', (seed, isFree) => {
  const chain = chainOf(seed, isFree);
  const all = enumerated(chain);
  const z = all.reduce((sum, { score }) => sum + Math.exp(score), 0);
  const { likely, logZ } = chainMarginals(chain);
  expect(Math.abs(logZ - Math.log(z))).toBeLessThan(1e-6);
  for (let t = 0; t < LENGTH; t++) {
    for (let k = 0; k < CLASSES; k++) {
      const share = all.reduce((sum, { labels, score }) => sum + (labels[t] === k ? Math.exp(score) : 0), 0) / z;
      expect(Math.abs(likely[t * CLASSES + k] - share)).toBeLessThan(1e-6);
    }
  }
  const best = all.reduce((a, b) => (b.score > a.score ? b : a));
  const found = viterbi(chain);
  expect([...found.labels]).toEqual(best.labels);
  expect(found.score).toBeCloseTo(best.score, 9);
  if (!isFree)
    for (let t = 1; t < LENGTH; t++) expect(forbidden).not.toContain(CLASSES * found.labels[t - 1] + found.labels[t]);
});

test('a chain of one position is its unary scores; where no way leads there is none', () => {
  const alone = { unary: [0, Math.log(3)], arcs: [0, 0, 0, 0], length: 1, classes: 2 };
  expect(chainMarginals(alone).logZ).toBeCloseTo(Math.log(4), 12);
  expect([...chainMarginals(alone).likely]).toEqual([expect.closeTo(0.25, 9), expect.closeTo(0.75, 9)]);
  expect([...viterbi(alone).labels]).toEqual([1]);
  const closed = { ...alone, unary: [0, 0, 0, 0], arcs: Array(4).fill(Number.NEGATIVE_INFINITY), length: 2 };
  expect(viterbi(closed).score).toBe(Number.NEGATIVE_INFINITY);
  expect(chainMarginals(closed).logZ).toBe(Number.NEGATIVE_INFINITY);
});

/** As tensors: two chains with the same arcs. */
function tensors(isFree: boolean) {
  const chains = [chainOf(1, isFree), { ...chainOf(2, isFree), arcs: chainOf(1, isFree).arcs }];
  const unary = tf.tensor3d(
    chains.flatMap((chain) => Array.from(chain.unary)),
    [2, LENGTH, CLASSES],
  );
  const plain = tf.tensor2d(Array.from(chainOf(1, true).arcs), [CLASSES, CLASSES]);
  const allowed = tf.tensor2d(
    Array.from({ length: CLASSES ** 2 }, (_, i) => (forbidden.includes(i) ? 0 : 1)),
    [CLASSES, CLASSES],
  );
  return { chains, unary, plain, arcs: isFree ? plain : arcScores(plain, allowed), allowed };
}

test.each([
  true,
  false,
])('tensors: the same forward score, and its gradient is the marginals; all arcs: %s', (isFree) => {
  const { chains, unary, arcs } = tensors(isFree);
  const { value, grad } = tf.valueAndGrad((x) => forwardScore(x as tf.Tensor3D, arcs).sum())(unary);
  const exact = chains.map(chainMarginals);
  expect(value.dataSync()[0]).toBeCloseTo(exact[0].logZ + exact[1].logZ, 4);
  const likely = exact.flatMap((each) => [...each.likely]);
  for (const [i, share] of grad.dataSync().entries()) expect(Math.abs(share - likely[i])).toBeLessThan(2e-6);
});

test('the loss is minus the log probability of the right path; its gradients are those of differences', async () => {
  const { chains, unary, arcs, plain, allowed } = tensors(false);
  const labels = tf.tensor2d([0, 1, 1, 0, 2, 0, 1, 0], [2, LENGTH], 'int32');
  const scores = chains.map((chain, n) => {
    const path = enumerated(chain).find((each) => each.labels.join() === (n === 0 ? '0,1,1,0' : '2,0,1,0'))!;
    return { path: path.score, loss: chainMarginals(chain).logZ - path.score };
  });
  const own = pathScore(unary, arcs, labels).dataSync();
  for (const [n, { path }] of scores.entries()) expect(own[n]).toBeCloseTo(path, 4);
  expect(chainLoss(unary, arcs, labels).dataSync()[0]).toBeCloseTo((scores[0].loss + scores[1].loss) / (2 * LENGTH), 5);
  await expectGradient((x) => chainLoss(x, arcs, labels), unary);
  await expectGradient((x) => chainLoss(unary, arcScores(x, allowed), labels), plain);
});
