import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createSessions, type SessionsOptions } from '../../src/engines/sessions.js';
import { withCard } from '../../src/onnx/modelFile.js';
import { temporaryFolder } from '../helpers/temporaryFolder.js';
import { tinyCard, tinyModel } from '../helpers/tinyModel.js';

const identity = () =>
  withCard(
    tinyModel([{ op: 'Identity', in: ['image'], out: ['out'] }], { image: [1, 3, null, null] }, ['out']),
    tinyCard,
  );

async function setup(options: (file: string) => SessionsOptions = () => ({})) {
  const file = join(await temporaryFolder(), 'own.onnx');
  await writeFile(file, identity());
  const sessions = createSessions(options(file));
  onTestFinished(() => sessions.dispose());
  return { file, sessions };
}

test('a model is opened once, and again after dispose', async () => {
  const { file, sessions } = await setup();
  const [first, second] = await Promise.all([sessions.open(file), sessions.open(file)]);
  expect(second).toBe(first);
  await sessions.dispose();
  expect(await sessions.open(file)).not.toBe(first);
});

test("a user's own model stands in for what a task would choose", async () => {
  const { file, sessions } = await setup((own) => ({ model: own }));
  expect((await sessions.open('denoise-colour')).model.path).toBe(file);
});

test('a model that could not be opened is tried again the next time', async () => {
  const { file, sessions } = await setup();
  const late = `${file}.late.onnx`;
  await expect(sessions.open(late)).rejects.toMatchObject({ code: 'E_MODEL' });
  await writeFile(late, identity());
  expect((await sessions.open(late)).model.path).toBe(late);
});
