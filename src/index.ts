/**
 * Perpixel runs dense-prediction models on photos: read, predict, write, as single calls or as streams.
 *
 * Training, networks, losses and export are the entry `perpixel/training`.
 *
 * @packageDocumentation
 */
export type { Device, Engine, EngineName, NamedTensors, OpenOptions, Session, Tensor } from './engines/engine.js';
export { type OpenSessionOptions, openSession } from './engines/index.js';
export { type ModelCard, type ModelFile, readModel } from './engines/modelFile.js';
export { createSessions, type Sessions, type SessionsOptions, sharedSessions } from './engines/sessions.js';
export { loadModel } from './engines/weights.js';
export { type ErrorCode, PerpixelError } from './errors.js';
export type { EncodeOptions } from './images/encodeOptions.js';
export { encodeRaster } from './images/encodeRaster.js';
export type { Format, Metadata, Pixels, Raster, Samples } from './images/raster.js';
export { type ReadOptions, readRaster } from './images/readRaster.js';
export { setWindow } from './images/setWindow.js';
export { type Window, windowOf } from './images/windowOf.js';
export { writeRaster } from './images/writeRaster.js';
export * from './pipelines/index.js';
export { type DenoiseFacts, type DenoiseOptions, denoise } from './tasks/denoise.js';
export { type DerainOptions, derain } from './tasks/derain.js';
export { type InpaintFacts, type InpaintOptions, inpaint } from './tasks/inpaint.js';
export { estimateNoise, type NoiseLevel } from './tasks/noiseLevel.js';
export type { Quality, Task } from './tasks/task.js';
