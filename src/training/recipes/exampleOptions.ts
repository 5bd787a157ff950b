import * as z from 'zod';

const normalsWindow = z
  .number()
  .int()
  .min(3)
  .refine((side) => side % 2 === 1, 'must be odd')
  .default(15)
  .describe('normals: side of the window in which planes are fitted to the depth, in pixels, odd');

const zoom = z
  .number()
  .min(1)
  .default(1.5)
  .describe('depth, normals, labels: scenes are seen up to so many times larger, their depth as many times smaller');

const labelFiles = z
  .enum(['same', 'camvid', 'isbi2012', 'nyu13', 'nyu4'])
  .default('same')
  .describe('labels: how numbers in the files become classes; same: 1.. are classes, 0 is void');

const balance = z
  .number()
  .min(0)
  .max(1)
  .default(0)
  .describe('labels: how far rare classes count more; 1 weighs a pixel by the median frequency over that of its class');

/**
 * What the examples of each task can be asked to be; the command line's options come from it. The classes of a labels
 * network and the channels of its pictures are the network's own options.
 */
export const exampleOptions = {
  denoise: z.object({
    sigma: z
      .number()
      .min(0.5)
      .max(75)
      .optional()
      .describe('denoise: one noise level, in 8-bit units, in place of a mixture of all up to 75'),
  }),
  deblur: z.object({
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
  }),
  inpaint: z.object({
    holes: z
      .enum(['mixed', 'text', 'scratches', 'brush', 'rectangles'])
      .default('mixed')
      .describe('inpaint: the shape of the holes'),
  }),
  derain: z.object({
    kind: z
      .enum(['streaks', 'drops', 'dirt', 'glass'])
      .default('streaks')
      .describe('derain: what is drawn over clean photos, glass: drops or dirt; pairs (--truth) need none'),
  }),
  depth: z.object({ normalsWindow, zoom }),
  normals: z.object({ normalsWindow, zoom }),
  labels: z.object({ normalsWindow, zoom, labelFiles, balance }),
  scene: z.object({ normalsWindow, zoom, labelFiles, balance }),
} satisfies Record<string, z.ZodObject>;

/** A task that networks are trained for. */
export type TaskName = keyof typeof exampleOptions;

/** How a task's examples are made: sizes, and how what is drawn is drawn. */
export type ExampleOptions<Name extends TaskName> = z.output<(typeof exampleOptions)[Name]>;
