import * as z from 'zod';

/** What examples of depth and normals can be asked to be. */
export const geometryExamples = z.object({
  normalsWindow: z
    .number()
    .int()
    .min(3)
    .refine((side) => side % 2 === 1, 'must be odd')
    .default(15)
    .describe('normals: side of the window in which planes are fitted to the depth, in pixels, odd'),
  zoom: z
    .number()
    .min(1)
    .default(1.5)
    .describe('depth, normals, labels: scenes are seen up to so many times larger, their depth as many times smaller'),
});

/** ... and those of labels, beside which geometry may stand. The classes are the network's own option. */
export const labelExamples = geometryExamples.extend({
  labelFiles: z
    .enum(['same', 'camvid', 'isbi2012', 'nyu13', 'nyu4'])
    .default('same')
    .describe('labels: how numbers in the files become classes; same: 1.. are classes, 0 is void'),
  balance: z
    .number()
    .min(0)
    .max(1)
    .default(0)
    .describe(
      'labels: how far rare classes count more; 1 weighs a pixel by the median frequency over that of its class',
    ),
});

export type GeometryExamples = z.output<typeof geometryExamples>;
export type LabelExamples = z.output<typeof labelExamples>;
