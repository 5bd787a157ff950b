/** The streams: from files to files, each arrow one RxJS operator. */

export { type WriteOptions, writeWhole } from '../core/files/writeWhole.js';
export { countFiles } from './countFiles.js';
export { type DecodeOptions, decode } from './decode.js';
export { type EncodePicturesOptions, encode } from './encode.js';
export { type EncodeMapsOptions, encodeMaps } from './encodeMaps.js';
export { files } from './files.js';
export type { FileResult, Picture, PictureFile } from './items.js';
export { type MapFile, type MapPaths, type MapPathsOptions, mapPaths } from './mapPaths.js';
export { type MapPulledOptions, mapPulled } from './mapPulled.js';
export { type Naming, outputNames } from './outputNames.js';
export { type PredictOptions, predict } from './predict.js';
export { type PictureMaps, predictMaps } from './predictMaps.js';
export { type Progress, type ProgressOptions, progress } from './progress.js';
export { pull } from './pull.js';
export { type PredictRasterOptions, predictRaster } from './run/predictRaster.js';
export { type AskedScene, type PredictedMap, type PredictSceneOptions, predictScene } from './run/predictScene.js';
export { type PredictTiledOptions, predictTiled } from './run/predictTiled.js';
export { type OutputOptions, unfinished } from './unfinished.js';
export { unfinishedMaps } from './unfinishedMaps.js';
export type { WalkOptions } from './walkFiles.js';
