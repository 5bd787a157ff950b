import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createModels, type ModelsOptions } from '../../src/engines/models.js';
import { readWeightsIndex } from '../../src/engines/weights.js';
import { withCard } from '../../src/onnx/modelFile.js';
import { temporaryFolder } from '../helpers/temporaryFolder.js';
import { tinyCard, tinyModel } from '../helpers/tinyModel.js';

const identity = () =>
  withCard(
    tinyModel([{ op: 'Identity', in: ['image'], out: ['out'] }], { image: [1, 3, null, null] }, ['out']),
    tinyCard,
  );

async function setup(options: (file: string) => ModelsOptions = () => ({})) {
  const file = join(await temporaryFolder(), 'own.onnx');
  await writeFile(file, identity());
  const models = createModels(options(file));
  onTestFinished(() => models.dispose());
  return { file, models };
}

test('a model is opened once, and again after dispose', async () => {
  const { file, models } = await setup();
  const [first, second] = await Promise.all([models.open(file), models.open(file)]);
  expect(second).toBe(first);
  await models.dispose();
  expect(await models.open(file)).not.toBe(first);
});

test("a user's own model stands in for what a task would choose", async () => {
  const { file, models } = await setup((own) => ({ model: own }));
  expect((await models.open('denoise-colour')).model.path).toBe(file);
});

test('a fixed one is that very model all the same, for whatever task it is', async () => {
  const { file, models } = await setup((own) => ({ model: own, task: tinyCard.task }));
  const [chosen, fixed] = await Promise.all([models.open('scene'), models.open('scene', { fixed: true })]);
  expect(chosen.model.path).toBe(file);
  expect(fixed.model.card.name).toBe('scene');
});

test('a model is opened from its bytes, too, and told apart from others by them', async () => {
  const { models } = await setup();
  const bytes = identity();
  const session = await models.open(bytes);
  expect(session.model).toMatchObject({ path: 'model', card: tinyCard });
  expect(await models.open(bytes)).toBe(session);
  expect(await models.open(bytes.slice())).not.toBe(session);
  const image = { data: Float32Array.of(1, 2, 3), dims: [1, 3, 1, 1] };
  expect(await session.run({ image })).toEqual({ out: image });
});

test('the list has the card of every model that is shipped', async () => {
  const cards = await createModels().list();
  expect(cards.map(({ name }) => name)).toEqual(Object.keys(await readWeightsIndex()));
});

test('a model that could not be opened is tried again the next time', async () => {
  const { file, models } = await setup();
  const late = `${file}.late.onnx`;
  await expect(models.open(late)).rejects.toMatchObject({ code: 'E_MODEL' });
  await writeFile(late, identity());
  expect((await models.open(late)).model.path).toBe(late);
});
