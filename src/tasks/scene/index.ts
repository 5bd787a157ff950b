export { labelExamples as examples } from './examples.js';
export const train = async (): Promise<unknown> => (await import('./train.js')).scene;
