import * as z from 'zod';

/** What examples of inpainting can be asked to be: `perpixel train inpaint`. */
export const examples = z.object({
  holes: z
    .enum(['mixed', 'text', 'scratches', 'brush', 'rectangles'])
    .default('mixed')
    .describe('inpaint: the shape of the holes'),
});

export type HoledExamples = z.output<typeof examples>;
