export { poseExamples as examples } from './examples.js';
export { pose as task } from './task.js';
export const evaluate = async () => (await import('./evaluate.js')).evaluation;
export const train = async (): Promise<unknown> => (await import('./train.js')).pose;
