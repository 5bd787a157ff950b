import { filter, identity, type OperatorFunction, pipe, takeWhile } from 'rxjs';
import { requireInside } from '../images/croppedRaster.js';
import type { OpenModel } from '../pipelines/run/planOf.js';
import type { AnyTask, Quality, Task } from '../tasks/task.js';
import { cutMaps } from './cutMaps.js';
import type { Frame } from './frame.js';
import { type MapPicturesOptions, mapPictures, pictureFormat } from './mapPictures.js';
import { type PredictFramesOptions, predictFrames } from './predictFrames.js';
import { steady, steadyFrom } from './steady.js';
import type { VideoFormat } from './videoFormat.js';

/** Which frames of a video are worked on, and by what. */
export interface FrameWorkContext {
  open?: OpenModel;
  /** The first frame that is to come out; those before it come in all the same. @default 0 */
  from?: number;
  /** The first that is not to come out any more. @default none */
  to?: number;
  /** See PredictFramesOptions. */
  onMeasured?: (facts: object) => void;
}

/** What a task does to the frames of a video. */
export interface FrameWork {
  /** What the frames are afterwards. @throws PerpixelError E_SIZE the region does not lie in them */
  formatOf(source: VideoFormat): VideoFormat;
  /** The work itself. Frames that come out are the same, whichever of them are asked for. */
  operator(context: FrameWorkContext): Promise<OperatorFunction<Frame, Frame>>;
}

export interface FrameWorkOptions extends Pick<PredictFramesOptions, 'tile' | 'region' | 'frames'> {
  quality?: Quality;
  /** Frames that a value of a map is the mean of while nothing moves there; 1: each frame by itself. @default 1 */
  memory?: number;
  /** How much larger the model makes frames. @default 1 */
  scale?: number;
  /** How results that are no photos are shown; undefined: they stay values. */
  pictures?: MapPicturesOptions;
  /** Frames a segment of the result: what goes on at one is what it would be in the whole video. @default it nearly is */
  segment?: number;
}

/** What a task does to the frames of a video: it restores them, or they become pictures of what it says of them, steady over time. */
export function frameWork(task: AnyTask, options: object, how: FrameWorkOptions): FrameWork {
  return task.answer.isPhoto ? restoring(task, options, how) : showing(task, options, how);
}

function restoring(
  task: AnyTask,
  options: object,
  { tile, region, quality, frames = 1, scale = 1, segment }: FrameWorkOptions,
): FrameWork {
  return {
    formatOf(source) {
      const { width, height } = partOf(source, region);
      return { ...source, width: scale * width, height: scale * height };
    },
    async operator({ to, ...context }) {
      const after = to === undefined ? 0 : ((await task.overTime?.())?.reach(frames).after ?? 0);
      const how = { tile, region, quality, frames, segment, ...context };
      return until(to, after, predictFrames(task, options, how) as OperatorFunction<Frame, Frame>);
    },
  };
}

function showing(
  task: AnyTask,
  options: object,
  { region, quality, memory = 1, pictures, segment }: FrameWorkOptions,
): FrameWork {
  const isSteady = memory > 1;
  return {
    formatOf: (source) => pictureFormat(partOf(source, region), task, pictures),
    async operator({ from = 0, to, open }) {
      const first = isSteady ? steadyFrom(from, { memory, segment }) : from;
      const how = { open, quality, from: first };
      const work = pipe(
        predictFrames(task as Task<object, unknown, unknown, object>, options, how),
        isSteady ? steady({ memory, segment }) : identity,
        // What is steady is decided in the whole frame.
        region ? cutMaps(region) : identity,
        filter(({ index }) => index >= from),
        pictures ? mapPictures(pictures) : identity,
      );
      return until(to, 0, work);
    },
  };
}

/** Ends the work when the last frame that is asked for has come out. @param after frames that count for one before them */
function until(
  to: number | undefined,
  after: number,
  work: OperatorFunction<Frame, Frame>,
): OperatorFunction<Frame, Frame> {
  if (to === undefined) return work;
  return pipe(
    takeWhile<Frame>(({ index }) => index < to + after),
    work,
    takeWhile(({ index }) => index < to - 1, true),
  );
}

/** A video that shows a part of another. */
function partOf(source: VideoFormat, region: FrameWorkOptions['region']): VideoFormat {
  if (region === undefined) return source;
  requireInside([source.height, source.width], region);
  return { ...source, width: region.width, height: region.height };
}
