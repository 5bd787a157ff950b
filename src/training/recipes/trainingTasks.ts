import { deblur } from './deblur.js';
import { denoise } from './denoise.js';
import { depth } from './depth.js';
import { derain } from './derain.js';
import type { TaskName } from './exampleOptions.js';
import { inpaint } from './inpaint.js';
import { labels } from './labels.js';
import { normals } from './normals.js';
import { scene } from './scene.js';
import type { TrainingTask } from './trainingTask.js';

/** Every task that can be learnt: `perpixel train TASK`. */
export const trainingTasks: { readonly [Name in TaskName]: TrainingTask<Name> } = {
  denoise,
  deblur,
  inpaint,
  derain,
  depth,
  normals,
  labels,
  scene,
};
