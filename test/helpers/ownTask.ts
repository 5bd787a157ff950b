import type { Raster } from '../../src/images/raster.js';
import type { DenoiseFacts } from '../../src/tasks/denoise/facts.js';
import { denoise } from '../../src/tasks/denoise/task.js';
import type { Task } from '../../src/tasks/task.js';

/** A task of one's own, as a program would write it: its module says where it is, so that another thread finds it. */
export const own: Task<{ sigma?: number; strength: number }, DenoiseFacts, Raster, { own: true }> = {
  ...denoise,
  name: 'own',
  modelTasks: ['denoise'],
  module: import.meta.url,
  plan: (...facts) => denoise.plan(...facts),
  report: () => ({ own: true }),
  words: () => ['own'],
};
