/** The streams: from files to files, each arrow one RxJS operator. */
export { countFiles } from './countFiles.js';
export { type DecodeOptions, decode } from './decode.js';
export { type EncodePicturesOptions, encode } from './encode.js';
export { files } from './files.js';
export type { FileResult, Picture, PictureFile } from './items.js';
export { type MapPulledOptions, mapPulled } from './mapPulled.js';
export { type Naming, outputNames } from './outputNames.js';
export { type PredictOptions, predict } from './predict.js';
export { type PredictRasterOptions, predictRaster } from './predictRaster.js';
export { type PredictTiledOptions, predictTiled } from './predictTiled.js';
export { type Progress, type ProgressOptions, progress } from './progress.js';
export { pull } from './pull.js';
export { type OutputOptions, unfinished } from './unfinished.js';
export type { WalkOptions } from './walkFiles.js';
export { type WriteOptions, writeWhole } from './writeWhole.js';
