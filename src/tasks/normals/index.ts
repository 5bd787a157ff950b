export { geometryExamples as examples } from '../scene/examples.js';
export { normals as task } from './task.js';
export const evaluate = async () => (await import('./evaluate.js')).evaluation;
export const train = async (): Promise<unknown> => (await import('./train.js')).normals;
