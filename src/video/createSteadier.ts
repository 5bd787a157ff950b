import { changedPixels } from './changedPixels.js';

export interface SteadierOptions {
  width: number;
  height: number;
  /** Values of a pixel in the map: 1 for depth, 3 for normals. @default 1 */
  channels?: number;
  /** An estimate is the mean of about so many frames. @default 12 */
  memory?: number;
  /** See changedPixels. @default 4 */
  margin?: number;
}

/** Takes the luma of the next frame, `[h, w]` in 0..1, and its map, `[h, w, channels]`; gives the map to show. */
export type Steadier = (luma: Float32Array, map: Float32Array) => Float32Array;

/** More of the picture than this has changed: another scene, or the camera moves. */
const CUT = 0.6;

/**
 * Holds a map (depth, say) steady over time, where a network that sees one frame at a time flickers. Each pixel keeps a running
 * mean of its values for as long as nothing moves there: of all frames at first, of the last `memory` then, weighted
 * exponentially. Where the picture changes (changedPixels), the frame's own value stands, at once and without a trail; after a
 * cut, and while the camera moves, it stands everywhere.
 *
 * So it follows motion by forgetting, not by moving estimates along: what moves is as steady as single frames are. A map that
 * changes where the picture does not (slow light, a thing of the background's colour) is followed within `memory` frames.
 */
export function createSteadier({ width, height, channels = 1, memory = 12, margin }: SteadierOptions): Steadier {
  const pixels = width * height;
  /** Luma and map as they were, averaged. */
  let before: Float32Array | undefined;
  const estimate = new Float32Array(pixels * channels);
  /** Frames that the estimate of each pixel is made of. */
  const age = new Float32Array(pixels);
  return (luma, map) => {
    const changes = before && changedPixels(luma, before, { width, height, margin });
    const isNew = changes === undefined || changes.share > CUT;
    before ??= new Float32Array(pixels);
    for (let i = 0; i < pixels; i++) {
      age[i] = isNew || changes.changed[i] ? 1 : Math.min(memory, age[i] + 1);
      const weight = 1 / age[i];
      before[i] += (luma[i] - before[i]) * weight;
      for (let c = i * channels; c < (i + 1) * channels; c++) estimate[c] += (map[c] - estimate[c]) * weight;
    }
    return estimate.slice();
  };
}
