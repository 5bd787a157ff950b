import { filter, Observable, type OperatorFunction, pipe } from 'rxjs';
import { PerpixelError } from '../core/errors.js';
import { models } from '../engines/models.js';
import { croppedRaster } from '../images/croppedRaster.js';
import { mapPulled } from '../pipelines/mapPulled.js';
import { aboutPicture } from '../pipelines/run/planOf.js';
import { predictTiled } from '../pipelines/run/predictTiled.js';
import { restored } from '../pipelines/run/restored.js';
import type { FramePlans, OverTime } from '../tasks/overTime.js';
import type { Task } from '../tasks/task.js';
import type { Frame } from './frame.js';
import { frameName } from './frameName.js';
import { heldFacts } from './heldFacts.js';
import { type PredictFramesOptions, withRaster } from './predictFrames.js';
import { firstSeen, renewalOf, renewed } from './renewed.js';

/** A frame that was looked at by itself. */
interface Looked<Facts, Seen> {
  frame: Frame;
  /** Undefined where the frame is only needed for the facts of the video. */
  facts?: Facts;
  /** Undefined where nothing is to be done. */
  seen?: Seen;
}

/**
 * Runs a task on the frames of a video together. Each frame is measured by itself, two at a time. Then each is worked on in its turn, with
 * what was found in the frames around it. Frames come out in place, by as many later as count after one.
 *
 * @param frames that one is made from at most
 */
export function predictOverTime<Options, Facts, Value, Seen>(
  task: Task<Options, Facts, Value, object>,
  overTime: OverTime<Facts, Seen>,
  options: Options,
  frames: number,
  { open = models.open, tile, region, quality = 'balanced', from = 0, segment, onMeasured }: PredictFramesOptions,
): OperatorFunction<Frame, Frame> {
  const held = heldFacts(task, options, quality);
  const { before, after } = overTime.reach(frames);
  const renewal = renewalOf(segment, before);
  const first = firstSeen(from, renewal);
  const look = async (frame: Frame, { signal }: { signal: AbortSignal }): Promise<Looked<Facts, Seen> | undefined> => {
    const { index } = frame;
    const isFarBefore = index < first;
    if (isFarBefore && (held.settled || !task.hold)) return undefined;
    const { raster } = frame;
    const looking = await open(task.model(options, raster, quality));
    const wasSettled = held.settled;
    const about = aboutPicture({ file: frameName(index), signal }, open);
    const facts = await held.facts(raster, looking.model.card, about);
    if (task.hold && !wasSettled) onMeasured?.(task.report(facts));
    if (isFarBefore) return undefined;
    const session = await open(task.model(options, raster, quality, facts));
    signal.throwIfAborted();
    const { card } = session.model;
    if ((card.scale ?? 1) > 1) throw notTogether(session.model.path, frames);
    if (task.plan(facts, card, quality) === undefined) return { frame, facts };
    const seen = await overTime.see(raster, facts, card, (other, plan) =>
      predictTiled(other, plan, session, { tile, signal }),
    );
    return { frame, facts, seen };
  };

  const plans = renewed<FramePlans<Facts, Seen>>(() => overTime.begin(frames), renewal);
  const finish = async (
    [{ frame, facts, seen }, ...later]: readonly Looked<Facts, Seen>[],
    { signal }: { signal: AbortSignal },
  ): Promise<Frame | undefined> => {
    if (seen === undefined || facts === undefined) {
      plans.reset(); // What comes after it begins anew.
      if (frame.index < from) return undefined;
      return region ? withRaster(frame, croppedRaster(frame.raster, region)) : frame;
    }
    const session = await open(task.model(options, frame.raster, quality, facts));
    signal.throwIfAborted();
    const known = later.map((each) => each.seen);
    const next = known.slice(0, known.indexOf(undefined) < 0 ? known.length : known.indexOf(undefined));
    const { card } = session.model;
    const plan = plans.step(frame.index, (each) => each.plan(seen, next as Seen[], facts, card));
    if (frame.index < from) return undefined;
    return withRaster(frame, await restored(frame.raster, plan, session, { tile, region, quality, signal }));
  };
  return pipe(
    mapPulled(look, { concurrency: 2 }),
    filter((looked) => looked !== undefined),
    withNext(after),
    mapPulled(finish, { concurrency: 1 }),
    filter((frame) => frame !== undefined),
  );
}

function notTogether(model: string, frames: number): PerpixelError {
  return new PerpixelError({
    code: 'E_OPTION',
    subject: 'frames',
    received: `${frames}, for ${model}, whose answer is larger than the frame`,
    expected: '1: each frame by itself',
    cure: 'Leave it out.',
  });
}

/**
 * Each item with those after it, as many as are asked for and fewer at the end.
 *
 *     items       a--b--c--d|            count 2
 *     results     ------(abc)(bcd)(cd)(d)|
 */
function withNext<T>(count: number): OperatorFunction<T, readonly T[]> {
  return (source) =>
    new Observable((subscriber) => {
      const waiting: T[] = [];
      return source.subscribe({
        next: (item) => {
          waiting.push(item);
          if (waiting.length <= count) return;
          subscriber.next([...waiting]);
          waiting.shift();
        },
        error: (error) => subscriber.error(error),
        complete: () => {
          for (; waiting.length > 0; waiting.shift()) subscriber.next([...waiting]);
          subscriber.complete();
        },
      });
    });
}
