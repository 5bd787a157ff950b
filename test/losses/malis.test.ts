import { beforeAll, describe, expect, test } from 'vitest';
import { random } from '../../src/core/random.js';
import * as tf from '../../src/core/tf.js';
import { malis, malisWeights, maximinPairs, trueAffinities } from '../../src/losses/malis.js';
import { endsOf, gridEdges } from '../../src/regions/affinities.js';

const SIZE = [6, 6] as const;
const PIXELS = 36;

function graph(seed: number) {
  const draw = random(seed, 'malis');
  return {
    affinities: Float32Array.from({ length: 2 * PIXELS }, () => draw.uniform()),
    cells: Uint8Array.from({ length: PIXELS }, () => Math.floor(draw.uniform(0, 4))),
  };
}

/** The maximin edge of a pair, tried: the strongest threshold at which the two hang together. */
function bruteForce(affinities: Float32Array, cells: Uint8Array, together: boolean): number[] {
  const pairs = Array<number>(affinities.length).fill(0);
  const edges = [...gridEdges(...SIZE)].sort((a, b) => affinities[b] - affinities[a]);
  for (let a = 0; a < PIXELS; a++) {
    for (let b = a + 1; b < PIXELS; b++) {
      if (cells[a] === 0 || cells[b] === 0 || (cells[a] === cells[b]) !== together) continue;
      const reached = new Set([a]);
      for (let strong = 1; !reached.has(b); strong++) {
        const open = edges.slice(0, strong).map((edge) => endsOf(edge, SIZE[1]));
        for (let before = 0; before < reached.size; ) {
          before = reached.size;
          for (const [from, to] of open) {
            if (reached.has(from)) reached.add(to);
            else if (reached.has(to)) reached.add(from);
          }
        }
        if (reached.has(b)) pairs[edges[strong - 1]]++;
      }
    }
  }
  return pairs;
}

describe('weights', () => {
  test.each([1, 2, 3, 4])('as a search over all pairs of a graph of 6x6 finds them, %i', (seed) => {
    const { affinities, cells } = graph(seed);
    expect([...maximinPairs(affinities, cells, SIZE, 'together')]).toEqual(bruteForce(affinities, cells, true));
    expect([...maximinPairs(affinities, cells, SIZE, 'apart')]).toEqual(bruteForce(affinities, cells, false));
  });

  test('constrained: each pass is about its own kind of edge, and sums to 1', () => {
    const { affinities, cells } = graph(5);
    const truth = trueAffinities(cells, SIZE);
    const weights = malisWeights(affinities, cells, SIZE);
    const sum = (kind: number) => weights.reduce((all, weight, edge) => all + (truth[edge] === kind ? weight : 0), 0);
    expect(sum(1)).toBeCloseTo(1, 5);
    expect(sum(0)).toBeCloseTo(1, 5);
  });

  test('by hand: the edge between two cells decides about all pairs', () => {
    // 1 1 | 2 2 in a row: one edge apart, two together.
    const weights = malisWeights(Float32Array.of(0.9, 0, 0.8, 0, 0.7, 0, 0, 0), [1, 1, 2, 2], [1, 4]);
    expect([...weights]).toEqual([0.5, 0, 1, 0, 0.5, 0, 0, 0]);
  });
});

describe('loss', () => {
  beforeAll(() => tf.setBackend('cpu'));
  const loss = (values: Float32Array, cells: Uint8Array) =>
    tf.tidy(() => malis(tf.tensor4d(values, [1, 6, 6, 2]), tf.tensor4d([...cells], [1, 6, 6, 1])).dataSync()[0]);

  test('0 for the truth, 2 for its opposite', () => {
    const { cells } = graph(6);
    const truth = trueAffinities(cells, SIZE);
    expect(loss(truth, cells)).toBe(0);
    expect(
      loss(
        truth.map((value) => 1 - value),
        cells,
      ),
    ).toBeCloseTo(2, 5);
  });

  test('its gradient, by differences', () => {
    const { affinities, cells } = graph(7);
    const truth = tf.tensor4d([...cells], [1, 6, 6, 1]);
    const gradient = tf
      .grad((x) => malis(x as tf.Tensor4D, truth))(tf.tensor4d(affinities, [1, 6, 6, 2]))
      .dataSync();
    const step = 1e-3;
    for (const edge of gridEdges(...SIZE)) {
      const moved = (by: number) =>
        loss(
          affinities.map((value, i) => (i === edge ? value + by : value)),
          cells,
        );
      expect((moved(step) - moved(-step)) / (2 * step)).toBeCloseTo(gradient[edge], 2);
    }
  });
});
