export { labelExamples as examples } from './examples.js';
export const train = async () => (await import('./train.js')).scene;
