import * as z from 'zod';
import { picture } from '../../answers/picture.js';
import type { Raster } from '../../images/raster.js';
import { pictureOf } from '../pictureOf.js';
import { feedForward } from '../plan.js';
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
export const derain: Task<DerainOptions, DerainOptions, Raster, object> = {
  name: 'derain',
  summary: 'Take rain, drops or dirt on the glass out of photos',
  examples: [
    ['derain photos -o clean', 'Falling rain out of a folder of photos with all that is below it'],
    ['derain window.jpg -o clean --kind drops', 'Drops on a window that the photo was taken through'],
  ],
  options,
  variants: { option: 'kind', values: ['streaks', 'drops', 'dirt'] },
  answer: picture,
  model: ({ kind }) => MODELS[kind],
  measure: (_, options) => options,
  plan: ({ kind }, card) => ({
    kind: 'tiled',
    enlarges: true,
    // Rain falls: turned, it is no rain that the network knows.
    symmetry: kind === 'streaks' ? 'mirror' : 'square',
    window: feedForward(
      (window) => ({ image: toTensor(window, card) }),
      (outputs, window) => toPixels(pictureOf(outputs, 'clean', window, card), window.shape[2], card),
    ),
  }),
  report: () => ({}),
  words: () => [],
};
