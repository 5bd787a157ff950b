import * as z from 'zod';
import { pictureOf } from '../pictureOf.js';
import type { Task } from '../task.js';
import { toPixels } from '../toPixels.js';
import { toTensor } from '../toTensor.js';

const options = z.object({
  kind: z
    .enum(['streaks', 'drops', 'dirt'])
    .default('streaks')
    .describe('Falling rain, drops on the glass before the lens, or dirt on it'),
});

/** Which kind of thing is taken away, and the rest of what `perpixel derain --help` tells. */
export type DerainOptions = z.output<typeof options>;

/** The model for each kind: what is on the glass is learnt together, so that one small network is enough. */
const MODELS: Record<DerainOptions['kind'], string> = {
  streaks: 'derain-streaks',
  drops: 'derain-glass',
  dirt: 'derain-glass',
};

/**
 * Takes falling rain, or drops or dirt on the glass, out of photos. The network gets `image` and answers with `clean`;
 * falling rain has one network, the glass another. Nothing has to be known or measured: a photo without rain comes out nearly
 * as it was.
 */
export const derain: Task<DerainOptions, DerainOptions> = {
  name: 'derain',
  summary: 'Take rain, drops or dirt on the glass out of photos',
  options,
  model: ({ kind }) => MODELS[kind],
  measure: (_, options) => options,
  isUpright: ({ kind }) => kind === 'streaks',
  prepare: (window, _, card) => ({ image: toTensor(window, card) }),
  finish: (outputs, window, _, card) => toPixels(pictureOf(outputs, 'clean', window, card), window.shape[2], card),
  report: () => ({}),
};
