import ndarray from 'ndarray';
import { defer, type MonoTypeOperatorFunction, map } from 'rxjs';
import type { SceneMap } from '../tasks/scene/sceneTask.js';
import { createSteadier } from './createSteadier.js';
import type { StillnessOptions } from './createStillness.js';
import { createVoter } from './createVoter.js';
import type { MappedFrame } from './frame.js';
import { lumaOf } from './lumaOf.js';

/** For how long and how nearly a pixel has to be still. */
export type SteadyOptions = Omit<StillnessOptions, 'width' | 'height'>;

/** Gives the map to show of each frame, in their order. */
type Hold = (frame: MappedFrame) => SceneMap;

/**
 * Holds maps steady over time while nothing moves: means of depths and of normals (createSteadier), votes on classes (createVoter).
 * A stream that begins at some later frame gives what the whole one gives there after `warmUp` frames.
 *
 * @example
 * frames('walk.mp4').pipe(predictFrameMaps(depth), steady(), mapPictures(), encodeFrames(sink)).subscribe();
 */
export function steady(options: SteadyOptions = {}): MonoTypeOperatorFunction<MappedFrame> {
  return (source) =>
    defer(() => {
      let hold: Hold | undefined;
      return source.pipe(
        map((frame) => {
          hold ??= holdOf(frame, options);
          return { ...frame, map: hold(frame) };
        }),
      );
    });
}

/** After so many frames what was before weighs less than a hundredth. @param memory see StillnessOptions */
export function warmUp(memory: number): number {
  return 5 * memory;
}

function holdOf(first: MappedFrame, options: SteadyOptions): Hold {
  const [height, width, channels] = first.map.shape;
  if (first.map.data instanceof Uint8Array) {
    const vote = createVoter({ width, height, ...options });
    return ({ raster, map }) => ndarray(vote(lumaOf(raster), map.data as Uint8Array), [height, width, 1]);
  }
  const mean = createSteadier({ width, height, channels, ...options });
  return ({ raster, map }) => {
    const values = mean(lumaOf(raster), map.data as Float32Array);
    if (channels === 3) normalise(values);
    return ndarray(values, [height, width, channels]);
  };
}

/** A mean of unit vectors is shorter than they are. */
function normalise(vectors: Float32Array): void {
  for (let i = 0; i < vectors.length; i += 3) {
    const length = Math.hypot(vectors[i], vectors[i + 1], vectors[i + 2]) || 1;
    for (let c = i; c < i + 3; c++) vectors[c] /= length;
  }
}
