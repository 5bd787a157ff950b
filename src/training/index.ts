/**
 * `perpixel/training`: networks, losses, training and export. It needs a backend of tfjs: `loadTensorflow` makes the
 * native one current, and without it all runs, slowly, on the pure JavaScript one.
 *
 * @example
 * import { burgerMlp, loadTensorflow, toOnnx, trainNetwork } from 'perpixel/training';
 *
 * await trainNetwork({
 *   run: 'runs/mine',
 *   config,                                          // what run.json holds: task, network, steps, rate, ...
 *   source: { layout: 'folder', pictures },          // paths of clean photos
 *   backend: () => loadTensorflow({}),
 * });
 */
export { type LoadTensorflowOptions, loadTensorflow } from '../engines/tensorflow.js';
export { PerpixelError } from '../errors.js';
export { type OnnxOptions, toOnnx } from '../export/toOnnx.js';
export { absoluteError } from '../losses/absoluteError.js';
export { kernelError } from '../losses/kernelError.js';
export { normalDotProduct } from '../losses/normalDotProduct.js';
export { pixelwiseSoftmax } from '../losses/pixelwiseSoftmax.js';
export { scaleInvariantLogDepth } from '../losses/scaleInvariantLogDepth.js';
export { sparsity } from '../losses/sparsity.js';
export { squaredError } from '../losses/squaredError.js';
export { burgerMlp, burgerMlpLarge } from '../models/burgerMlp.js';
export { eigenCoarseFine } from '../models/eigenCoarseFine.js';
export { eigenMultiscale } from '../models/eigenMultiscale.js';
export { eigenWindow } from '../models/eigenWindow.js';
export { koehlerMlp } from '../models/koehlerMlp.js';
export { type Network, networks } from '../models/networks.js';
export { restorationUnet } from '../models/restorationUnet.js';
export { scenePyramid } from '../models/scenePyramid.js';
export { schulerBlind } from '../models/schulerBlind.js';
export { schulerMlp } from '../models/schulerMlp.js';
export * as tf from '../models/tf.js';
export { xieSsda, xieSsdaLayer } from '../models/xieSsda.js';
export { readCheckpoint, writeCheckpoint } from './checkpoint.js';
export { exampleFiles, type Source } from './datasets/exampleFiles.js';
export { networkFor, networksFor } from './networkFor.js';
export { adadelta } from './optimisers/adadelta.js';
export { adagrad } from './optimisers/adagrad.js';
export { adam } from './optimisers/adam.js';
export { momentum } from './optimisers/momentum.js';
export { Optimiser, type OptimiserOptions } from './optimisers/optimiser.js';
export type { UpdateRule } from './optimisers/updateRule.js';
export { type BatchMaker, prefetch } from './prefetch.js';
export { Random, random } from './random.js';
export { type RecipeOptions, recipeOf } from './recipes/recipeOf.js';
export { trainingTasks } from './recipes/trainingTasks.js';
export { loadAveragedWeights, modelOfRun, type RunConfig, readRun } from './run.js';
export { type LogEntry, readLog } from './runLog.js';
export { constant, cosine, type Schedule, stepwise } from './schedules.js';
export { type Recipe, type TrainOptions, train } from './train.js';
export { type TrainNetworkOptions, trainNetwork } from './trainNetwork.js';
