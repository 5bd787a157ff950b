/**
 * Perpixel runs dense-prediction models on photos: read, predict, write, as single calls or as streams.
 *
 * Training, networks, losses and export are the entry `perpixel/training`.
 *
 * @packageDocumentation
 */

export { type ErrorCode, type ErrorParts, PerpixelError } from './core/errors.js';
export type { Device, NamedTensors, OpenOptions, Session, Tensor } from './engines/engine.js';
export { type EngineName, type OpenSessionOptions, openSession } from './engines/registry.js';
export { createSessions, type Sessions, type SessionsOptions, sharedSessions } from './engines/sessions.js';
export { loadModel } from './engines/weights.js';
export type { EncodeOptions } from './images/encodeOptions.js';
export { encodeRaster } from './images/encodeRaster.js';
export type { Format, Metadata, Pixels, Raster, Samples } from './images/raster.js';
export { type ReadOptions, readRaster } from './images/readRaster.js';
export { setWindow } from './images/setWindow.js';
export { type Window, windowOf } from './images/windowOf.js';
export { writeRaster } from './images/writeRaster.js';
export type { CommonOptions, FileOptions, PlaceOptions } from './library/callOptions.js';
export type { ImageDataLike } from './library/kinds/imageDataKind.js';
export type { PhotoCall, StreamOptions } from './library/photoCall.js';
export {
  type OwnSessions,
  type Pipeline,
  type PipelineOptions,
  pipeline,
  type ScenePipeline,
} from './library/pipeline.js';
export type { Photo, SceneCall, SceneCallOptions, SceneMaps } from './library/sceneCall.js';
export {
  type CallableSceneTask,
  type CallableTask,
  deblur,
  denoise,
  depth,
  derain,
  dispose,
  inpaint,
  labels,
  normals,
} from './library/shared.js';
export { type ModelCard, type ModelFile, type ReadModelOptions, readModel } from './onnx/modelFile.js';
export * from './pipelines/index.js';
export type { Kernel } from './tasks/deblur/kernel.js';
export type { DeblurFacts, DeblurOptions } from './tasks/deblur/task.js';
export type { NoiseCurve } from './tasks/denoise/noiseCurve.js';
export { estimateNoise, type NoiseLevel } from './tasks/denoise/noiseLevel.js';
export type { DenoiseFacts, DenoiseOptions } from './tasks/denoise/task.js';
export type { DepthOptions } from './tasks/depth/task.js';
export type { DerainOptions } from './tasks/derain/task.js';
export type { HoleMask } from './tasks/inpaint/holeMask.js';
export type { InpaintFacts, InpaintOptions } from './tasks/inpaint/task.js';
export { type LabelsFacts, type LabelsOptions, labelsLegend } from './tasks/labels/task.js';
export type { NormalsOptions } from './tasks/normals/task.js';
export type { OptionsOf, PhotoTaskName } from './tasks/photoTasks.js';
export type { AboutScene, MapEncoding, SceneMap, SceneTask, SceneTaskName, Size } from './tasks/scene/sceneTask.js';
export type { View } from './tasks/scene/view.js';
export type { AboutPicture, Quality, Task } from './tasks/task.js';
export * from './video/index.js';
