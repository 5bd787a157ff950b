import * as z from 'zod';

/** What examples of denoising can be asked to be: `perpixel train denoise`. */
export const examples = z.object({
  sigma: z
    .number()
    .min(0.5)
    .max(75)
    .optional()
    .describe('denoise: one noise level, in 8-bit units, in place of a mixture of all up to 75'),
});

export type NoisyExamples = z.output<typeof examples>;
