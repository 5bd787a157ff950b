import { deblur } from '../../tasks/deblur/train.js';
import { denoise } from '../../tasks/denoise/train.js';
import { depth } from '../../tasks/depth/train.js';
import { derain } from '../../tasks/derain/train.js';
import { inpaint } from '../../tasks/inpaint/train.js';
import { labels } from '../../tasks/labels/train.js';
import { normals } from '../../tasks/normals/train.js';
import { scene } from '../../tasks/scene/train.js';
import type { TaskName } from './exampleOptions.js';
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
