import { filter, type MonoTypeOperatorFunction, pipe } from 'rxjs';
import { sharedSessions } from '../engines/sessions.js';
import { mapPulled } from '../pipelines/mapPulled.js';
import type { PredictOptions } from '../pipelines/predict.js';
import { predictTiled } from '../pipelines/run/predictTiled.js';
import { parseOptions } from '../tasks/parseOptions.js';
import type { Task } from '../tasks/task.js';
import type { Frame } from './frame.js';
import { frameName } from './frameName.js';
import { heldFacts } from './heldFacts.js';

/** How a task is run on frames. */
export interface PredictFramesOptions extends Omit<PredictOptions, 'onTile'> {
  /** Frames before this one are done: they are looked at, for the facts of the video, and not handed on. @default 0 */
  from?: number;
}

/**
 * Runs a task on each frame, in place, with the facts of the video (heldFacts). Two frames are in work, so that the engine always
 * finds the next one ready. What goes wrong with one frame would go wrong with the next, so it ends the stream.
 *
 * @throws PerpixelError E_OPTION at once, where an option is wrong
 */
export function predictFrames<Options, Facts>(
  task: Task<Options, Facts>,
  options: Partial<Options> = {},
  { open = sharedSessions.open, tile, quality = 'balanced', from = 0 }: PredictFramesOptions = {},
): MonoTypeOperatorFunction<Frame> {
  const asked = parseOptions(task.options, options);
  const held = heldFacts(task, asked);
  const work = async (frame: Frame, { signal }: { signal: AbortSignal }): Promise<Frame | undefined> => {
    const { index, raster } = frame;
    const isDone = index < from;
    if (isDone && (held.settled || !task.hold)) return undefined;
    const session = await open(task.model(asked, raster, quality));
    const facts = await held.facts(raster, session.model.card, { file: frameName(index), signal });
    if (isDone) return undefined;
    signal.throwIfAborted();
    await predictTiled(raster, task, facts, session, { tile, quality, signal });
    return frame;
  };
  return pipe(
    mapPulled(work, { concurrency: 2 }),
    filter((frame) => frame !== undefined),
  );
}
