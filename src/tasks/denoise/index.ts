export { examples } from './examples.js';
export { denoise as task } from './task.js';
export const evaluate = async () => (await import('./evaluate.js')).evaluation;
export const train = async (): Promise<unknown> => (await import('./train.js')).denoise;
