import * as z from 'zod';

/** What examples of poses can be asked to be. */
export const poseExamples = z.object({
  turn: z
    .number()
    .min(0)
    .max(180)
    .default(20)
    .describe('pose: pictures are turned by a normal number of this many degrees, at most twice as many'),
});

export type PoseExamples = z.output<typeof poseExamples>;
