/**
 * `perpixel/training`: networks, losses, training and export. `trainOn` chooses the engine that all of it computes on; without
 * it all runs, slowly, in pure JavaScript.
 *
 * @packageDocumentation
 *
 * @example
 * import { learnables, trainNetwork } from 'perpixel/training';
 *
 * await trainNetwork({
 *   run: 'runs/mine',
 *   task: await learnables.denoise.load(),
 *   config,                                          // what run.json holds: task, network, steps, rate, ...
 *   source: { layout: 'folder', pictures },          // paths of clean photos
 *   engine: 'tensorflow',
 * });
 */

export { type ErrorCode, type ErrorParts, PerpixelError } from '../core/errors.js';
export type { Lock } from '../core/files/lock.js';
export { Random, random } from '../core/random.js';
export * as tf from '../core/tf.js';
export { brightnessNoise } from '../degradations/brightnessNoise.js';
export { type Camera, type ColourMatrix, cameraAtIso, drawCamera, throughCamera } from '../degradations/camera.js';
export { cameraShake } from '../degradations/cameraShake.js';
export { convolve } from '../degradations/convolve.js';
export { dirt } from '../degradations/dirt.js';
export { drops } from '../degradations/drops.js';
export { gaussianNoise } from '../degradations/gaussianNoise.js';
export { type HoleKind, holes } from '../degradations/holes.js';
export { boxKernel, diskKernel, gaussianKernel, type Kernel } from '../degradations/kernels.js';
export { rain } from '../degradations/rain.js';
export type { Trainer } from '../engines/engine.js';
export { type TrainingEngineName, trainOn } from '../engines/registry.js';
export type { Intrinsics, PlaneNormals } from '../geometry/planeNormals.js';
export { balancedEntropy, logisticEntropy, membraneEntropy } from '../losses/balancedEntropy.js';
export { arcScores, chainLoss, forwardScore, pathScore } from '../losses/chainCrf.js';
export { heatmapEntropy } from '../losses/heatmapEntropy.js';
export { kernelError } from '../losses/kernelError.js';
export { logSquaredError } from '../losses/logSquaredError.js';
export type { Examples, Loss, Tensors } from '../losses/loss.js';
export { type MalisPass, malis, malisWeights, maximinPairs, trueAffinities } from '../losses/malis.js';
export type { Mask } from '../losses/mask.js';
export { normalDistance } from '../losses/normalDistance.js';
export { normalDotProduct } from '../losses/normalDotProduct.js';
export { pixelwiseSoftmax } from '../losses/pixelwiseSoftmax.js';
export { type ScaleInvariantLogDepthOptions, scaleInvariantLogDepth } from '../losses/scaleInvariantLogDepth.js';
export { sparsity } from '../losses/sparsity.js';
export { squaredError } from '../losses/squaredError.js';
export { type DepthFigures, DepthScores } from '../metrics/depth.js';
export { type LabelFigures, LabelScores, type LabelScoresOptions } from '../metrics/labels.js';
export { type NormalFigures, NormalScores } from '../metrics/normals.js';
export { type MarkedJoint, type Place, type PoseFigures, PoseScores } from '../metrics/pose.js';
export { psnr, type RestorationOptions, type RestorationScores, restorationScores } from '../metrics/restoration.js';
export { ssim } from '../metrics/ssim.js';
export { type BurgerMlpOptions, burgerMlp, burgerMlpLarge } from '../models/burgerMlp.js';
export { type CellUnetOptions, cellUnet } from '../models/cellUnet.js';
export { type CiresanN4Options, ciresanN4 } from '../models/ciresanN4.js';
export { type EigenCoarseFineOptions, eigenCoarseFine } from '../models/eigenCoarseFine.js';
export { type EigenMultiscaleOptions, type EigenOutput, eigenMultiscale } from '../models/eigenMultiscale.js';
export { type EigenWindowOptions, eigenWindow } from '../models/eigenWindow.js';
export { type FarabetOptions, farabet } from '../models/farabet.js';
export { type KoehlerMlpOptions, koehlerMlp } from '../models/koehlerMlp.js';
export { type MeanFieldOptions, meanField } from '../models/layers/meanField.js';
export { type SpatialModelOptions, spatialModel } from '../models/layers/spatialModel.js';
export { type MarkUnetOptions, markUnet } from '../models/markUnet.js';
export {
  defineNetwork,
  type Geometry,
  type Grid,
  type Network,
  type NetworkDefinition,
  type NetworkOptions,
  type Stage,
} from '../models/network.js';
export { type NoiseEstimatorOptions, noiseEstimator } from '../models/noiseEstimator.js';
export { type PoseNetOptions, poseNet } from '../models/poseNet.js';
export { networkFor, networks, networksFor } from '../models/registry.js';
export { type RestorationUnetOptions, restorationUnet } from '../models/restorationUnet.js';
export { type SceneOutput, type ScenePyramidOptions, scenePyramid } from '../models/scenePyramid.js';
export { type SchulerBlindOptions, schulerBlind } from '../models/schulerBlind.js';
export { type SchulerMlpOptions, schulerMlp } from '../models/schulerMlp.js';
export { type TompsonOptions, tompson } from '../models/tompson.js';
export { type XieSsdaOptions, xieSsda } from '../models/xieSsda.js';
export type { WeightStorage } from '../onnx/graphBuilder.js';
export { type ModelCard, withCard } from '../onnx/modelFile.js';
export { type OnnxOptions, type StatedCard, toOnnx } from '../onnx/toOnnx.js';
export { type LearnableEntry, learnables } from '../tasks/learnables.js';
export { type Checkpoint, readCheckpoint, writeCheckpoint } from './checkpoint.js';
export type { Batch, Stack } from './datasets/batchOf.js';
export { type ExampleFiles, exampleFiles, type Layout, type Source, type TruthKind } from './datasets/exampleFiles.js';
export type { Answered, DrawOptions, Learnable } from './learnable.js';
export { adadelta } from './optimisers/adadelta.js';
export { adagrad } from './optimisers/adagrad.js';
export { type AdamOptions, adam } from './optimisers/adam.js';
export { momentum } from './optimisers/momentum.js';
export { Optimiser, type OptimiserOptions } from './optimisers/optimiser.js';
export type { UpdateRule } from './optimisers/updateRule.js';
export { type BatchMaker, type Prefetched, type PrefetchOptions, prefetch } from './prefetch.js';
export { type RecipeOptions, recipeOf } from './recipeOf.js';
export type { Report } from './report/reportPage.js';
export type { SamplePictures } from './report/samplePictures.js';
export { loadAveragedWeights, modelOfRuns, type RunConfig, type Runs, readRun } from './run.js';
export { type LogEntry, readLog } from './runLog.js';
export { constant, cosine, type Schedule, stepwise } from './schedules.js';
export { type Recipe, type TrainOptions, train } from './train.js';
export { type TrainNetworkOptions, trainNetwork } from './trainNetwork.js';
