import * as z from 'zod';

/** What examples of membranes can be asked to be. */
export const membraneExamples = z.object({
  warp: z
    .number()
    .min(0)
    .max(30)
    .default(6)
    .describe('membranes: half of the slices are bent elastically, by a normal number of so many pixels at the most'),
});

export type MembraneExamples = z.output<typeof membraneExamples>;
