import { concatMap, defer, filter, type OperatorFunction, pipe } from 'rxjs';
import { parseOptions } from '../core/parseOptions.js';
import { models } from '../engines/models.js';
import { croppedRaster } from '../images/croppedRaster.js';
import type { Raster } from '../images/raster.js';
import type { Window } from '../images/readWindow.js';
import { mapPulled } from '../pipelines/mapPulled.js';
import type { PredictOptions } from '../pipelines/predict.js';
import { aboutPicture } from '../pipelines/run/planOf.js';
import { predictPhoto } from '../pipelines/run/predictPhoto.js';
import { restored } from '../pipelines/run/restored.js';
import type { Result } from '../tasks/result.js';
import type { Task } from '../tasks/task.js';
import type { Frame, FrameWithResult } from './frame.js';
import { frameName } from './frameName.js';
import { heldFacts } from './heldFacts.js';
import { predictOverTime } from './predictOverTime.js';

/** How a task is run on frames. */
export interface PredictFramesOptions extends Omit<PredictOptions, 'onProgress'> {
  /** Which pixels of each frame the results are of; frames that come out show those alone. @default all */
  region?: Window;
  /**
   * Frames before this one are done, and not handed on. They are looked at as far as the facts of the video depend on them.
   * @default 0
   */
  from?: number;
  /** Frames that one is made from at most, where the task works on them together; 1: each by itself. @default 1 */
  frames?: number;
  /**
   * What is carried from frame to frame, where the task works on them together, begins anew every so many frames, warmed up on those before:
   * then frames from a multiple of it on are the same whether the stream began there or at 0.
   * @default never
   */
  segment?: number;
  /** Told what was measured in the video, as the task reports it: at first after each frame, until the facts are settled. */
  onMeasured?: (facts: object) => void;
}

/**
 * Runs a task on each frame. A task whose answer is the photo restores frames, with the facts of the video (heldFacts), in place where
 * their size stays;
 * another puts its result beside each frame, every frame by itself; `steady` holds those together. Two frames are in work, so that the
 * engine always finds the next one ready. What goes wrong with one frame would go wrong with the next, so it ends the stream.
 *
 * @throws PerpixelError E_OPTION at once, where an option is wrong
 *
 * @example
 * frames('walk.mp4').pipe(predictFrames(depth), steady()).subscribe(({ index, result }) => use(index, result.value));
 */
export function predictFrames<Options, Facts>(
  task: Task<Options, Facts, Raster, object>,
  options?: Partial<Options>,
  how?: PredictFramesOptions,
): OperatorFunction<Frame, Frame>;
export function predictFrames<Options, Facts, Value>(
  task: Task<Options, Facts, Value, object>,
  options?: Partial<Options>,
  how?: PredictFramesOptions,
): OperatorFunction<Frame, FrameWithResult<Value>>;
export function predictFrames<Options, Facts, Value>(
  task: Task<Options, Facts, Value, object>,
  options: Partial<Options> = {},
  how: PredictFramesOptions = {},
): OperatorFunction<Frame, Frame> {
  const asked = parseOptions(task.options, options);
  const { overTime } = task;
  const { frames = 1 } = how;
  if (overTime && frames > 1) {
    return (source) =>
      defer(() => overTime()).pipe(concatMap((work) => source.pipe(predictOverTime(task, work, asked, frames, how))));
  }
  const work = task.answer.isPhoto ? restoration(task, asked, how) : resultBeside(task, asked, how);
  return pipe(
    mapPulled(work, { concurrency: 2 }),
    filter((frame) => frame !== undefined),
  );
}

/** One frame; undefined where it is not handed on. */
type Work = (frame: Frame, context: { signal: AbortSignal }) => Promise<Frame | undefined>;

function restoration<Options, Facts, Value>(
  task: Task<Options, Facts, Value, object>,
  options: Options,
  { open = models.open, tile, region, limitPixels, quality = 'balanced', from = 0, onMeasured }: PredictFramesOptions,
): Work {
  const held = heldFacts(task, options, quality);
  return async (frame, { signal }) => {
    const { index } = frame;
    const isDone = index < from;
    if (isDone && (held.settled || !task.hold)) return undefined;
    const { raster } = frame;
    const first = await open(task.model(options, raster, quality));
    const wasSettled = held.settled;
    const about = aboutPicture({ file: frameName(index), signal }, open);
    const facts = await held.facts(raster, first.model.card, about);
    if (task.hold && !wasSettled) onMeasured?.(task.report(facts));
    if (isDone) return undefined;
    const session = await open(task.model(options, raster, quality, facts));
    signal.throwIfAborted();
    const plan = task.plan(facts, session.model.card, quality);
    if (plan?.kind !== 'tiled') return region ? withRaster(frame, croppedRaster(raster, region)) : frame;
    return withRaster(frame, await restored(raster, plan, session, { tile, region, limitPixels, quality, signal }));
  };
}

function resultBeside<Options, Facts, Value>(
  task: Task<Options, Facts, Value, object>,
  options: Options,
  { open, quality, region, limitPixels, from = 0 }: PredictFramesOptions,
): Work {
  return async (frame, { signal }) => {
    if (frame.index < from) return undefined;
    const file = frameName(frame.index);
    const how = { open, quality, region, limitPixels, signal, file };
    const [result] = await predictPhoto(frame.raster, [{ task, options }], how);
    const shown = region ? withRaster(frame, croppedRaster(frame.raster, region)) : frame;
    return { ...shown, result, notices: result.notices } as FrameWithResult;
  };
}

/** A frame with another picture in place of its own, of whatever size. */
export function withRaster<F extends Frame>(frame: F, raster: Raster): F {
  const [height, width] = raster.pixels.shape;
  return raster === frame.raster ? frame : { ...frame, raster, format: { ...frame.format, height, width } };
}

/** A frame with another result in place of its own. */
export const withValue = (frame: FrameWithResult, value: unknown): FrameWithResult => ({
  ...frame,
  result: { ...frame.result, value } as Result,
});
