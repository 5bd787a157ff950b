import * as z from 'zod';
import { formatNames } from '../images/formats/lookup.js';
import { engineOptions, engineSchema } from './engineOptions.js';
import { schemaOptions } from './schemaOptions.js';

const results = z.object({
  output: z.string().describe('Folder for the results; for one photo also a file; - for a pipe'),
  format: z.enum(formatNames).optional().describe("Format of the results; the photo's own where not given"),
  quality: z
    .enum(['fast', 'balanced', 'best'])
    .default('balanced')
    .describe('fast: a smaller network where the task has one; best: averaged over flips and quarter turns, 8x slower'),
  overwrite: z.boolean().default(false).describe('Replace results that already exist'),
});

const telling = z.object({
  json: z.boolean().default(false).describe('Events as JSON lines on standard output'),
  quiet: z.boolean().default(false).describe('Say nothing but what failed'),
  report: z.string().optional().describe('A page with every photo before and after, and what failed: one HTML file'),
  truth: z.string().optional().describe('Folder of true pictures of the same names: the report has scores'),
});

/** The options of a command that turns photos into photos, those of its task left out. */
export const photoSchema = engineSchema.extend(results.shape).extend(telling.shape);

export type PhotoArgs = z.output<typeof photoSchema> & { photos: string[] };

export const photoOptions = {
  ...schemaOptions(results, 'Results:'),
  ...engineOptions,
  ...schemaOptions(telling),
};
