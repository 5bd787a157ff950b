import { createHash } from 'node:crypto';
import { readRegular } from '../core/files/openRegular.js';
import { readModel, readWeightsIndex } from '../engines/weights.js';
import { tasks as shipped } from '../tasks/registry.js';
import type { AnyTask } from '../tasks/task.js';
import { modelFile, type Run } from './run.js';

const modelTasks = ({ name, modelTasks = [name] }: AnyTask): readonly string[] => modelTasks;

/**
 * SHA-256 over the models that tasks may open here: those for them, those that help any task, and the user's own.
 *
 * @throws PerpixelError E_MODEL
 */
export async function modelsDigest(
  tasks: readonly AnyTask[],
  { model, overrides }: Pick<Run, 'model' | 'overrides'>,
): Promise<string> {
  const index = await readWeightsIndex();
  const own = new Set(tasks.flatMap(modelTasks));
  const ofOthers = new Set((Object.values(shipped) as AnyTask[]).flatMap(modelTasks));
  const digest = createHash('sha256');
  for (const [name, { task, sha256 }] of Object.entries(index).sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (own.has(task) || !ofOthers.has(task)) digest.update(`${name} ${sha256}\n`);
  }
  const file = modelFile({ model });
  if (file !== undefined) {
    // Says in words what is wrong with it.
    await readModel(file, { overrides, assumed: { task: modelTasks(tasks[0])[0] } });
    digest.update(await readRegular(file));
  } else if (model !== undefined) digest.update(model);
  return digest.digest('hex');
}
