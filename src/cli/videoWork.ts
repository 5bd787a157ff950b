import type { OperatorFunction } from 'rxjs';
import type { Sessions } from '../engines/sessions.js';
import type { Frame } from '../video/frame.js';
import type { VideoFormat } from '../video/videoFormat.js';

/** What is done to the frames of a video. */
export interface VideoWork {
  task: string;
  /** With the task, all that decides what the frames become. */
  options: unknown;
  /** What the frames are afterwards. @default as they were */
  formatOf?: (source: VideoFormat) => VideoFormat;
  /** @param from the first frame that is to come out; those before it come in all the same */
  operator(context: { open: Sessions['open']; from: number }): Promise<OperatorFunction<Frame, Frame>>;
  /** Called when the result is whole. */
  finish?(): Promise<void>;
}
