import { denoise } from './denoise.js';
import { derain } from './derain.js';
import { inpaint } from './inpaint.js';
import type { Task } from './task.js';

/** The tasks whose result is the photo itself, by name: what another thread is told is the name. */
export const photoTasks = { denoise, derain, inpaint };

export type PhotoTaskName = keyof typeof photoTasks;

/** The options of a task. */
export type OptionsOf<T> = T extends Task<infer Options, never> ? Options : never;
