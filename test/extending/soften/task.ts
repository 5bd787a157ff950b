import * as z from 'zod';
import { picture } from '../../../src/answers/picture.js';
import type { Raster } from '../../../src/images/raster.js';
import { denoiseWindow } from '../../../src/tasks/denoise/denoisePlan.js';
import type { Task } from '../../../src/tasks/task.js';

const options = z.object({
  amount: z.number().min(0).max(75).default(30).describe('How much is smoothed, as noise in 8-bit units'),
});

export type SoftenOptions = z.output<typeof options>;

/** The smallest restoration: a shipped denoiser, told of noise that is not there. */
export const soften: Task<SoftenOptions, SoftenOptions, Raster, SoftenOptions> = {
  name: 'soften',
  summary: 'Smooth photos as if they were noisy',
  examples: [['soften portrait.jpg -o soft', 'A photo, smoother']],
  options,
  answer: picture,
  modelTasks: ['denoise'],
  model: () => 'denoise-colour-fast',
  measure: (_, asked) => asked,
  plan({ amount }, card) {
    if (amount === 0) return undefined;
    const levels = ({ shape: [height, width] }: { shape: number[] }) =>
      new Float32Array(height * width).fill(amount / 255);
    return { kind: 'tiled', window: denoiseWindow(card, levels) };
  },
  report: (asked) => asked,
};
