import { changedPixels } from './changedPixels.js';

/** Of what size frames are, and when a pixel of them counts as still. */
export interface StillnessOptions {
  width: number;
  height: number;
  /** No pixel counts as still for more frames. @default 12 */
  memory?: number;
  /** See changedPixels. @default 4 */
  margin?: number;
}

/**
 * Takes the luma of the next frame, `[h, w]` in 0..1; gives for how many frames each pixel has been still, this one included: 1 is
 * new, `memory` the most. The array is the same each time.
 */
export type Stillness = (luma: Float32Array) => Float32Array;

/** More of the picture than this has changed: another scene, or the camera moves. */
const CUT = 0.6;

/** Follows which pixels of a video stand still, against a running mean of the picture; after a cut all of them are new. */
export function createStillness({ width, height, memory = 12, margin }: StillnessOptions): Stillness {
  let before: Float32Array | undefined;
  const frames = new Float32Array(width * height);
  return (luma) => {
    const changes = before && changedPixels(luma, before, { width, height, margin });
    const isNew = changes === undefined || changes.share > CUT;
    before ??= new Float32Array(width * height);
    for (let i = 0; i < frames.length; i++) {
      frames[i] = isNew || changes.changed[i] ? 1 : Math.min(memory, frames[i] + 1);
      before[i] += (luma[i] - before[i]) / frames[i];
    }
    return frames;
  };
}
