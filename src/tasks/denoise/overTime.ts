import ndarray from 'ndarray';
import type { Raster } from '../../images/raster.js';
import { readWindow } from '../../images/readWindow.js';
import { writeWindow } from '../../images/writeWindow.js';
import type { OverTime } from '../overTime.js';
import { denoisePlan } from './denoisePlan.js';
import type { DenoiseFacts } from './facts.js';
import { createTemporalMean, type SeenFrame, WARM_UP } from './temporal/createTemporalMean.js';
import { brightnessOf, halved, type Plane } from './temporal/plane.js';

/** Frames after one that count for it: each is waited for, and costs as much as the network of the smaller denoiser. */
const AFTER = 2;
/** Of noise in means of 2 x 2 pixels. */
const HALF = 0.5;

/**
 * Noise is averaged away over time first (createTemporalMean), and the network takes away what is left, told how much that is at each
 * pixel. Motion is looked for in a guide: the frame at half its size, denoised by itself.
 */
export const denoiseOverTime: OverTime<DenoiseFacts, SeenFrame> = {
  reach: (frames) => ({ before: WARM_UP * frames, after: Math.min(AFTER, Math.floor((frames - 1) / 2)) }),

  async see(raster, facts, card, run) {
    const noisy = planeOf(raster);
    const half = halved(noisy);
    const shape = [half.height, half.width, half.channels];
    const smaller: Raster = { pixels: ndarray(half.data, shape), metadata: { ...raster.metadata, bitDepth: 32 } };
    const left = ndarray(new Float32Array(half.height * half.width).fill(HALF), [half.height, half.width, 1]);
    await run(smaller, denoisePlan(facts, card, left));
    return { noisy, guide: half, brightness: brightnessOf(half) };
  },

  begin(frames) {
    const average = createTemporalMean(frames);
    return {
      plan(seen, after, facts, card) {
        const { width, height, channels } = seen.noisy;
        const { values, left } = average(seen, after, facts.noise);
        return {
          ...denoisePlan(facts, card, ndarray(left, [height, width, 1])),
          first(raster) {
            writeWindow(raster, { y: 0, x: 0 }, ndarray(values, [height, width, channels]));
          },
        };
      },
    };
  },
};

/** A copy: the frame itself becomes its result while others still look at what it was. */
function planeOf(raster: Raster): Plane {
  const [height, width, channels] = raster.pixels.shape;
  const { data } = readWindow(raster, { y: 0, x: 0, height, width });
  return { data, width, height, channels };
}
