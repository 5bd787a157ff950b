/**
 * Perpixel runs dense-prediction models on photos: read, predict, write, as single calls or as streams.
 *
 * Training, networks, losses and export are the entry `perpixel/training`.
 *
 * @packageDocumentation
 */

export type {
  Answer,
  AnswerEncoding,
  Beside,
  FileContent,
  HeldValues,
  MapArray,
  MapKind,
  Size,
  VideoView,
} from './answers/answer.js';
export { type ClassNames, classes } from './answers/classes.js';
export { depth as depthAnswer } from './answers/depth.js';
export type { ColourMap } from './answers/depthColour.js';
export { type Heatmaps, type Joint, joints as jointsAnswer, type PhotoOfPose, type Pose } from './answers/joints.js';
export { type Membranes, type MembranesShown, membranesAnswer } from './answers/membranes.js';
export { normals as normalsAnswer } from './answers/normals.js';
export { picture as pictureAnswer } from './answers/picture.js';
export type { Pinhole } from './answers/space/viewPoints.js';
export { deblur, denoise, depth, derain, inpaint, labels, membranes, normals, pose } from './calls.js';
export { type ErrorCode, type ErrorParts, PerpixelError } from './core/errors.js';
export { parseOptions } from './core/parseOptions.js';
export type { Device, NamedTensors, OpenOptions, Session, Tensor } from './engines/engine.js';
export { createModels, type Models, type ModelsOptions, models } from './engines/models.js';
export type { EngineName, OpenSessionOptions } from './engines/registry.js';
export type { MarkKind } from './geometry/markKinds.js';
export { noticesOf } from './images/encoded.js';
export type { EncodeOptions } from './images/encodeOptions.js';
export { encodeRaster } from './images/encodeRaster.js';
export type { Edit } from './images/formats/edits.js';
export type { ReadOptions } from './images/formats/format.js';
export type { Format } from './images/formats/registry.js';
export type { Samples2d } from './images/formats/tiff/stripPicture.js';
export type { BitDepth, Colour, Metadata, OwnSegment, Pixels, Raster, Samples } from './images/raster.js';
export { readRaster } from './images/readRaster.js';
export { readWindow, type Window } from './images/readWindow.js';
export type { ColourMatrix, Mosaic, Sensor } from './images/sensor.js';
export type { ImageDataLike } from './images/sources/imageDataKind.js';
export type { Photo } from './images/sources/photo.js';
export type { Interleaved, Source } from './images/sources/source.js';
export { writeRaster } from './images/writeRaster.js';
export { writeWindow } from './images/writeWindow.js';
export type { AnswerCall, CallOf, PhotoCall, StreamOptions } from './library/call.js';
export type { AnswerOptions, CommonOptions, FileOptions, PlaceOptions } from './library/callOptions.js';
export { type AskedMaps, type FoundMaps, maps } from './library/maps.js';
export { type OwnSessions, type Pipeline, type PipelineOptions, pipeline } from './library/pipeline.js';
export { type Callable, dispose, tasks } from './library/shared.js';
export type { ModelCard, ModelFile } from './onnx/modelFile.js';
export * from './pipelines/index.js';
export type { Labels } from './regions/labels.js';
export { type Companion, companionOption, type ReadCompanion, readCompanion } from './tasks/companion.js';
export type { Kernel } from './tasks/deblur/kernel.js';
export type { DeblurFacts, DeblurOptions, DeblurReport } from './tasks/deblur/task.js';
export type { DenoiseFacts, DenoiseReport } from './tasks/denoise/facts.js';
export type { NoiseCurve } from './tasks/denoise/noiseCurve.js';
export type { NoiseGrid } from './tasks/denoise/noiseGrid.js';
export { estimateNoise, type NoiseLevel } from './tasks/denoise/noiseLevel.js';
export type { SensorNoise } from './tasks/denoise/sensorNoise.js';
export type { DenoiseOptions } from './tasks/denoise/task.js';
export type { DepthScale } from './tasks/depth/readDepth.js';
export type { DepthFacts, DepthOptions, DepthReport } from './tasks/depth/task.js';
export type { DerainOptions } from './tasks/derain/task.js';
export type { HoleMask } from './tasks/inpaint/holeMask.js';
export type { InpaintFacts, InpaintOptions, InpaintReport } from './tasks/inpaint/task.js';
export { type LabelsFacts, type LabelsOptions, type LabelsReport, labelsLegend } from './tasks/labels/task.js';
export type { SliceLevels } from './tasks/membranes/sliceLevels.js';
export type { MembranesFacts, MembranesOptions, MembranesReport } from './tasks/membranes/task.js';
export type { NormalsFacts, NormalsOptions } from './tasks/normals/task.js';
export type { FramePlans, FramesAround, OverTime, RunPlan } from './tasks/overTime.js';
export type { PairedKind } from './tasks/pairedFile.js';
export { pictureOf } from './tasks/pictureOf.js';
export {
  feedForward,
  type GridOf,
  type OwnPlan,
  type Plan,
  type PlaneInput,
  type Remarks,
  type TiledMap,
  type TiledPlan,
  type ViewsOf,
  type WholePlan,
} from './tasks/plan.js';
export type { TaskName, Tasks } from './tasks/registry.js';
export type { Result } from './tasks/result.js';
export type { ConfidenceReport } from './tasks/scene/confidence.js';
export type { FamiliarityReport } from './tasks/scene/familiarity.js';
export type { View, ViewReport } from './tasks/scene/view.js';
export { selfEnsemble } from './tasks/selfEnsemble.js';
export type {
  AboutPicture,
  AnyTask,
  Asked,
  Links,
  OptionsOf,
  Quality,
  ReportOf,
  SideFile,
  Stack,
  StackText,
  Task,
  ValueOf,
} from './tasks/task.js';
export { toPixels } from './tasks/toPixels.js';
export { toTensor } from './tasks/toTensor.js';
export * from './video/index.js';
