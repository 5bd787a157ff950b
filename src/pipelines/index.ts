/** The streams: from files to files, each arrow one RxJS operator. */
export { type WriteOptions, writeWhole } from '../core/files/writeWhole.js';
export { countFiles } from './countFiles.js';
export { type DecodeOptions, decode } from './decode.js';
export { type EncodePicturesOptions, encode } from './encode.js';
export { files } from './files.js';
export type { FileResult, Picture, PictureFile } from './items.js';
export { type MapPulledOptions, mapPulled } from './mapPulled.js';
export { type Naming, outputNames } from './outputNames.js';
export { type Outputs, type OutputsOptions, outputs, type SideOutput } from './outputs.js';
export { type PredictOptions, predict, predictAll } from './predict.js';
export { type Progress, type ProgressOptions, progress } from './progress.js';
export { pull } from './pull.js';
export type { OpenModel } from './run/planOf.js';
export { type PredictPhotoOptions, predictPhoto } from './run/predictPhoto.js';
export { type PredictTiledOptions, predictTiled } from './run/predictTiled.js';
export { type OutputOptions, type UnfinishedOptions, unfinished } from './unfinished.js';
export type { WalkOptions } from './walkFiles.js';
