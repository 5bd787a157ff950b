import ndarray, { type NdArray } from 'ndarray';
import { defer, type MonoTypeOperatorFunction, map } from 'rxjs';
import type { MapArray } from '../answers/answer.js';
import { createSteadier } from './createSteadier.js';
import type { StillnessOptions } from './createStillness.js';
import { createVoter } from './createVoter.js';
import type { FrameWithResult } from './frame.js';
import { lumaOf } from './lumaOf.js';
import { withValue } from './predictFrames.js';
import { requireVideoView } from './requireVideoView.js';

/** For how long and how nearly a pixel has to be still. */
export type SteadyOptions = Omit<StillnessOptions, 'width' | 'height'>;

/** Gives the value to show of each frame, in their order. */
type Hold = (frame: FrameWithResult) => unknown;

/**
 * Holds results steady over time while nothing moves, as their answer says: means of depths and of normals (createSteadier), votes on
 * classes (createVoter). A stream that begins at some later frame gives what the whole one gives there after `warmUp` frames.
 *
 * @example
 * frames('walk.mp4').pipe(predictFrames(depth), steady(), mapPictures(), encodeFrames(sink)).subscribe();
 */
export function steady(options: SteadyOptions = {}): MonoTypeOperatorFunction<FrameWithResult> {
  return (source) =>
    defer(() => {
      let hold: Hold | undefined;
      return source.pipe(
        map((frame) => {
          hold ??= holdOf(frame, options);
          return withValue(frame, hold(frame));
        }),
      );
    });
}

/** After so many frames what was before weighs less than a hundredth. @param memory see StillnessOptions */
export function warmUp(memory: number): number {
  return 5 * memory;
}

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
