import ndarray from 'ndarray';
import { expect, test } from 'vitest';
import { modelCard } from '../../../src/onnx/modelFile.js';
import { derain } from '../../../src/tasks/derain/task.js';
import type { TiledPlan } from '../../../src/tasks/plan.js';

const card = modelCard.parse({
  ...{ name: 'fake', task: 'derain', network: 'fake', licence: 'none', data: [], parameters: 1 },
  ...{ channels: 3, stride: 1, receptiveRadius: 0 },
});

const planOf = (kind: 'streaks' | 'drops' | 'dirt') => derain.plan({ kind }, card, 'balanced') as TiledPlan;

test.each([
  [{}, 'derain-streaks'],
  [{ kind: 'streaks' }, 'derain-streaks'],
  [{ kind: 'drops' }, 'derain-glass'],
  [{ kind: 'dirt' }, 'derain-glass'],
])('%o is the work of %s', (given, model) => {
  const raster = { pixels: ndarray(new Uint8Array(3), [1, 1, 3]), metadata: { format: 'png', bitDepth: 8 } } as const;
  expect(derain.model(derain.options.parse(given), raster, 'balanced')).toBe(model);
});

test('an unknown kind is none', () => {
  expect(derain.options.safeParse({ kind: 'snow' }).success).toBe(false);
});

test.each([
  ['streaks', 'mirror'],
  ['drops', 'square'],
  ['dirt', 'square'],
] as const)('what best does to %s: %s', (kind, symmetry) => {
  expect(planOf(kind).symmetry).toBe(symmetry);
});

test.each([
  ['colour', 3, [0.5, 0.25, 0.75, 1, 0, 0.5], [0.5, 1, 0.25, 0, 0.75, 0.5]],
  ['grey, its channel repeated', 1, [0.5, 0.25], [0.5, 0.25, 0.5, 0.25, 0.5, 0.25]],
])('%s goes to the network as planes and comes back as pixels', async (_, channels, samples, planes) => {
  const window = ndarray(Float32Array.from(samples), [1, 2, channels]);
  const { data, shape } = await planOf('streaks').window(window, async ({ image }) => {
    expect(image).toEqual({ data: Float32Array.from(planes), dims: [1, 3, 1, 2] });
    return { clean: { data: image.data.map((v) => v / 2), dims: image.dims } };
  });
  expect(shape).toEqual(window.shape);
  for (const [i, value] of samples.entries()) expect(data[i]).toBeCloseTo(value / 2, 6);
});
