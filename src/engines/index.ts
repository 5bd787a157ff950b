/**
 * Everything that computes, a line an engine: its descriptor. The rest of `src/` asks `registry.ts`.
 *
 * @module
 */

export { onnxruntime } from './onnxruntime/descriptor.js';
export { tensorflow } from './tensorflow/descriptor.js';
export { webgpu } from './webgpu/descriptor.js';
