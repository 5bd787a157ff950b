import { boxMean } from '../core/maths/boxMean.js';
import { createStillness, type StillnessOptions } from './createStillness.js';

export interface SteadierOptions extends StillnessOptions {
  /** Values of a pixel in the map: 1 for depth, 3 for normals. @default 1 */
  channels?: number;
}

/** Takes the luma of the next frame, `[h, w]` in 0..1, and its map, `[h, w, channels]`; gives the map to show. */
export type Steadier = (luma: Float32Array, map: Float32Array) => Float32Array;

/** What a network says of single frames wanders in areas of about this share of the longer side. */
const SURROUNDINGS = 1 / 10;
/** Where less than this of the surroundings is settled, they tell nothing. */
const LEAST_SETTLED = 0.1;

/**
 * Holds a map (depth, say) steady over time, where a network that sees one frame at a time flickers. Each pixel keeps a running mean of its
 * values for as long as nothing moves there: of all frames at first, of the last `memory` then, weighted exponentially. Where the picture
 * changes (changedPixels), the frame's own value is taken at once, without a trail. It is first corrected by the frame's offset from the
 * settled values around it: else a moving thing would flicker in a steady scene, and leave blotches with that offset. After a cut, and
 * while the camera moves, the frame's own values stand everywhere.
 *
 * So it follows motion by forgetting, not by moving estimates along. A map that changes where the picture does not (slow light, a
 * thing of the background's colour) is followed within `memory` frames.
 */
export function createSteadier({ channels = 1, ...options }: SteadierOptions): Steadier {
  const { width, height, memory = 12 } = options;
  const stillness = createStillness(options);
  const estimate = new Float32Array(width * height * channels);
  const radius = Math.ceil(Math.max(width, height) * SURROUNDINGS);
  const around = (values: Float32Array) => boxMean(values, { width, height, radius });
  return (luma, map) => {
    const still = stillness(luma);
    const weights = still.map((frames) => frames - 1);
    const settled = around(weights);
    /** How fast the surroundings follow the frames. */
    const pace = around(weights.map((weight, i) => weight / still[i]));
    const enough = LEAST_SETTLED * Math.max(1, memory - 1);
    for (let c = 0; c < channels; c++) {
      const off = around(weights.map((weight, i) => weight * (estimate[i * channels + c] - map[i * channels + c])));
      for (let i = 0, at = c; i < still.length; i++, at += channels) {
        const wandered = off[i] / Math.max(settled[i], enough);
        const follows = settled[i] > 0 ? pace[i] / settled[i] : 1;
        estimate[at] += (map[at] + wandered - estimate[at]) / still[i] - wandered * follows;
      }
    }
    return estimate.slice();
  };
}
