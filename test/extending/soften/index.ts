import * as z from 'zod';

export { soften as task } from './task.js';
export const evaluate = async () => (await import('./evaluate.js')).evaluation;
export const examples = z.object({
  blur: z.number().int().min(1).default(1).describe('soften: pixels that are averaged to each side'),
});
export const train = async (): Promise<unknown> => (await import('./train.js')).soften;
