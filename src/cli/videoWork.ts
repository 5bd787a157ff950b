import type { OperatorFunction } from 'rxjs';
import type { Models } from '../engines/models.js';
import type { Frame } from '../video/frame.js';
import type { VideoFormat } from '../video/videoFormat.js';

/** What the work on frames is given. */
export interface OperatorContext {
  open: Models['open'];
  /** The first frame that is to come out; those before it come in all the same. */
  from: number;
  /** Told of what was measured in the video, for the report. */
  onMeasured: (facts: object) => void;
}

/** What is done to the frames of a video. */
export interface VideoWork {
  task: string;
  /** With the task, all that decides what the frames become. */
  options: unknown;
  /** What the frames are afterwards. @default as they were */
  formatOf?: (source: VideoFormat) => VideoFormat;
  /** What a line of JSON says of a frame that comes out, where the result is lines and no video. */
  line?: (frame: Frame) => object;
  operator(context: OperatorContext): Promise<OperatorFunction<Frame, Frame>>;
  /** What was measured, for people. */
  words?(facts: object): readonly string[];
  /** Called when the result is whole. */
  finish?(): Promise<void>;
}
