import ndarray, { type NdArray } from 'ndarray';
import { defer, type MonoTypeOperatorFunction, map } from 'rxjs';
import type { MapArray } from '../answers/answer.js';
import { createSteadier } from './createSteadier.js';
import type { StillnessOptions } from './createStillness.js';
import { createVoter } from './createVoter.js';
import type { FrameWithResult } from './frame.js';
import { lumaOf } from './lumaOf.js';
import { withValue } from './predictFrames.js';
import { firstSeen, renewalOf, renewed } from './renewed.js';
import { requireVideoView } from './requireVideoView.js';

/** For how long and how nearly a pixel has to be still. */
export interface SteadyOptions extends Omit<StillnessOptions, 'width' | 'height'> {
  /**
   * What is held begins anew every so many frames, warmed up on those before: then frames from a multiple of it on are the same whether
   * the stream began `steadyFrom` them or at 0.
   * @default never
   */
  segment?: number;
}

/** Gives the value to show of each frame, in their order. */
type Hold = (frame: FrameWithResult) => unknown;

/**
 * Holds results steady over time while nothing moves, as their answer says: means of depths and of normals (createSteadier), votes on
 * classes (createVoter). A stream that begins at some later frame gives nearly what the whole one gives there after five times `memory` frames.
 *
 * @example
 * frames('walk.mp4').pipe(predictFrames(depth), steady(), mapPictures(), encodeFrames(sink)).subscribe();
 */
export function steady({ segment, ...options }: SteadyOptions = {}): MonoTypeOperatorFunction<FrameWithResult> {
  return (source) =>
    defer(() => {
      let first: FrameWithResult;
      const hold = renewed<Hold>(() => holdOf(first, options), renewalOf(segment, warmUp(options.memory)));
      return source.pipe(
        map((frame) => {
          first ??= frame;
          return withValue(
            frame,
            hold.step(frame.index, (each) => each(frame)),
          );
        }),
      );
    });
}

/** The first frame that `steady` has to see so that those from `from` on are what they are in the whole video. */
export function steadyFrom(from: number, { memory, segment }: Pick<SteadyOptions, 'memory' | 'segment'>): number {
  return firstSeen(from, renewalOf(segment, warmUp(memory)));
}

/** After so many frames what was before weighs less than a hundredth. @param memory see StillnessOptions */
const warmUp = (memory = 12): number => 5 * memory;

function holdOf({ result: { task, value } }: FrameWithResult, options: SteadyOptions): Hold {
  const view = requireVideoView(task);
  if (view.hold) {
    const { memory = 12 } = options;
    const held = view.hold(memory);
    return ({ result }) => held.next(result.value);
  }
  if (view.steady === undefined) return ({ result }) => result.value;
  const [height, width, channels] = (value as MapArray).shape;
  const next = (values: MapArray['data']) => ndarray(values, [height, width, channels]);
  if (view.steady === 'vote') {
    const vote = createVoter({ width, height, ...options });
    return ({ raster, result }) => next(vote(lumaOf(raster), (result.value as NdArray<Uint8Array>).data));
  }
  const mean = createSteadier({ width, height, channels, ...options });
  return ({ raster, result }) => {
    const values = mean(lumaOf(raster), (result.value as NdArray<Float32Array>).data);
    view.settle?.(values);
    return next(values);
  };
}
