import * as z from 'zod';

/** What examples of deraining can be asked to be: `perpixel train derain`. */
export const examples = z.object({
  kind: z
    .enum(['streaks', 'drops', 'dirt', 'glass'])
    .default('streaks')
    .describe('derain: what is drawn over clean photos, glass: drops or dirt; pairs (--truth) need none'),
});

export type RainyExamples = z.output<typeof examples>;
