/**
 * Every task, one line each. Its folder exports `task`, and where it has them `evaluate` and `train`, which are loaded when they are asked
 * for, and `examples`, the options of its training examples. The command, its help, the library's calls, streams, workers, video, `eval`
 * and `train` are made from this list.
 */
export * as deblur from './deblur/index.js';
export * as denoise from './denoise/index.js';
export * as depth from './depth/index.js';
export * as derain from './derain/index.js';
export * as inpaint from './inpaint/index.js';
export * as labels from './labels/index.js';
export * as membranes from './membranes/index.js';
export * as normals from './normals/index.js';
export * as pose from './pose/index.js';
export * as scene from './scene/index.js';
