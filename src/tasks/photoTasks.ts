import type * as z from 'zod';
import { deblur } from './deblur/task.js';
import { denoise } from './denoise/task.js';
import { derain } from './derain/task.js';
import { inpaint } from './inpaint/task.js';

/** The tasks whose result is the photo itself, by name: what another thread is told is the name. */
export const photoTasks = { deblur, denoise, derain, inpaint };

/** A task whose result is the photo itself. */
export type PhotoTaskName = keyof typeof photoTasks;

/** The options of a task. */
export type OptionsOf<T> = T extends { options: z.ZodType<infer Options> } ? Options : never;
