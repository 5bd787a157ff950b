/** Frames: from a video to a video, each arrow one RxJS operator. */
export type { CodecName } from './codecs.js';
export type { StillnessOptions } from './createStillness.js';
export type { Cut } from './cut.js';
export { type DropLateOptions, dropLate } from './dropLate.js';
export { encodeFrames } from './encodeFrames.js';
export { type Ffmpeg, findFfmpeg } from './ffmpeg.js';
export type { CodedFrame, CompanionStream, Frame, FrameSink, FrameWithResult, VideoSource } from './frame.js';
export { type FramesOptions, frames } from './frames.js';
export type { HdrMetadata } from './hdr.js';
export { type Chroma, type Layout, layoutNamed } from './layout.js';
export { type MapPicturesOptions, mapPictures, pictureFormat } from './mapPictures.js';
export { type OpenVideoOptions, openVideo, type RawFrames } from './openVideo.js';
export { type PipeSinkOptions, pipeSink } from './pipeSink.js';
export { type PredictFramesOptions, predictFrames } from './predictFrames.js';
export { type SteadyOptions, steady } from './steady.js';
export { type VideoFileOptions, type VideoFileSink, videoFileSink } from './videoFileSink.js';
export type { ColourTags, Matrix, Range, Ratio, VideoColour, VideoFormat } from './videoFormat.js';
export { y4mFileSink } from './y4mFileSink.js';
