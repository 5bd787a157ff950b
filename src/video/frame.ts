import type { PerpixelError } from '../core/errors.js';
import type { Raster } from '../images/raster.js';
import type { Result } from '../tasks/result.js';
import type { Cut } from './cut.js';
import type { VideoFormat } from './videoFormat.js';

interface Timed {
  /** Its place in the source, from 0. */
  index: number;
  /** When it is shown, in ticks of the format's `timeBase`. */
  pts: number;
  /** Why the source has no whole picture here; the last whole one stands in for it. */
  error?: PerpixelError;
}

/** A frame as bytes, laid out as its format says. */
export interface CodedFrame extends Timed {
  bytes: Uint8Array;
  /** The picture itself, where the source has such and no bytes of a frame. */
  raster?: Raster;
}

/** A frame in memory, before or after its task. */
export interface Frame extends Timed {
  format: VideoFormat;
  raster: Raster;
  /** What is to be told of it, in words. */
  notices?: readonly string[];
}

/** A frame with what a task says of it, where that is not the frame itself: its depth, say. */
export interface FrameWithResult<Value = unknown> extends Frame {
  result: Result<Value>;
}

/** What a file may have beside its video. */
export type CompanionStream = 'audio' | 'subtitle' | 'attachment';

/** Where frames come from. Those of a pipe or of FFmpeg can be read once. */
export interface VideoSource extends AsyncIterable<CodedFrame> {
  /** The file that also has the sound; undefined for a pipe. */
  file?: string;
  format: VideoFormat;
  /** Seconds on its own clock that players count as 0. @default 0 */
  start?: number;
  /** Of its first frame, as cameras count: `01:00:00:00`; undefined where it has none. */
  timecode?: string;
  /** What part of the file it is; undefined for all of it. */
  cut?: Cut;
  /** How many frames there are, as far as the source says. */
  total?: number;
  /** What the file has beside the video, an entry a stream; undefined where it can have nothing. */
  companions?: readonly CompanionStream[];
  /** What the file says of the part its video plays: `default`, `forced`, ..., in FFmpeg's words. */
  dispositions?: readonly string[];
  /** What the file has and no result will have, in words, such as `alpha`. */
  notKept?: readonly string[];
  /** Frees what it holds (a program, a file), whether frames were asked for or not. */
  close(): Promise<void>;
}

/** Where frames go, one after another. */
export interface FrameSink {
  /** Resolves when there is room for the next one. */
  write(frame: Frame): Promise<void>;
  /** Ends the video, which only now appears whole. */
  close(): Promise<void>;
  /** Gives up: stops what runs, and leaves nothing half done. */
  discard(): void;
}
