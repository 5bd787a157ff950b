export { membranes as task } from './task.js';
export const evaluate = async () => (await import('./evaluate.js')).evaluation;
