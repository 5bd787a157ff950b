import * as z from 'zod';

/** What examples of deblurring can be asked to be: `perpixel train deblur`. */
export const examples = z.object({
  kernels: z
    .enum(['mixed', 'shake', 'gauss', 'disk', 'box'])
    .default('mixed')
    .describe('deblur: the kernels that pictures are blurred with'),
  kernelSize: z
    .number()
    .int()
    .min(3)
    .max(65)
    .refine((side) => side % 2 === 1, 'must be odd')
    .default(33)
    .describe('deblur: side of the largest kernel, odd'),
  noise: z.number().min(0).max(75).default(2.55).describe('deblur: noise added after blurring, in 8-bit units'),
});

export type BlurredExamples = z.output<typeof examples>;
