import path from 'node:path';
import * as z from 'zod';
import { formatNamed } from '../answers/answer.js';
import { formatNames } from '../images/formats/lookup.js';
import { DEFAULT_LIMIT_PIXELS } from '../images/pixelLimit.js';
import type { Window } from '../images/readWindow.js';
import { picturedSchema } from '../tasks/besideResults.js';
import type { AnyTask, Asked } from '../tasks/task.js';
import { engineOptions, engineSchema, modelSchema } from './engineOptions.js';
import { schemaOptions } from './schemaOptions.js';

const output = z.string().describe('Folder for the results; for one photo also a file; - for a pipe');
const limitPixels = z
  .int()
  .min(1)
  .default(DEFAULT_LIMIT_PIXELS)
  .describe('Pixels that a photo may have: a larger one is refused before it takes memory');
const overwrite = z.boolean().default(false).describe('Replace results that already exist');

const quality = (describe: string) => z.enum(['fast', 'balanced', 'best']).default('balanced').describe(describe);

/** What `--quality` does to tasks that restore the photo. */
export const photoQuality = quality(
  'fast: a smaller network where the task has one; best: averaged over flips and quarter turns, 8x slower',
);
/** What it does to tasks whose network sees the whole photo. */
export const answerQuality = quality('best: averaged over mirrored and turned views, 2x to 8x slower');

const photoResults = z.object({
  output,
  format: z.enum(formatNames).optional().describe("Format of the results; the photo's own where not given"),
  quality: photoQuality,
  limitPixels,
  overwrite,
});

const answerResults = z.object({
  output,
  format: z.string().optional(),
  bitDepth: z.literal([8, 16]).default(8).describe('Bits a sample in a PNG, where a result leaves the choice'),
  pictures: z
    .boolean()
    .default(false)
    .describe('Beside each result a picture of it, x.NAME.picture.png: in colours, with a scale or a legend'),
  quality: answerQuality,
  limitPixels,
  overwrite,
});

const windowNamed = (named: string): Window => {
  const [x, y, width, height] = named.split(',').map(Number);
  return { y, x, height, width };
};

/** Which part of a photo or video. @param what it is cut from */
export const regionOf = (what: string) =>
  z
    .string()
    .regex(/^\d+,\d+,[1-9]\d*,[1-9]\d*$/, { error: 'x,y,width,height in pixels' })
    .transform(windowNamed)
    .optional()
    .describe(
      `x,y,width,height in pixels of ${what}: the results are of this part alone, exactly what the whole has there`,
    );

/** A glob at a time: what follows is no other one. */
const globs = (describe: string) => z.array(z.string().min(1)).optional().describe(describe).meta({ nargs: 1 });

/** Which photos of those that are named. */
export const choice = z.object({
  include: globs("Only photos that match this glob, '*.jpg' or 'june/**', in capitals or not; may be given again"),
  exclude: globs('Not photos, nor folders, that match this glob; may be given again'),
  skipUnknown: z
    .boolean()
    .default(false)
    .describe('Files in a folder that are no pictures by their names are no failure: exit code 0'),
  region: regionOf('the photo'),
  dryRun: z.boolean().default(false).describe('List what would be done, with sizes and an estimate of the time'),
});

const telling = z.object({
  json: z.boolean().default(false).describe('Events as JSON lines on standard output'),
  quiet: z.boolean().default(false).describe('Say nothing but what failed'),
  report: z.string().optional().describe('A page with every photo before and after, and what failed: one HTML file'),
});
const truth = z.object({
  truth: z.string().optional().describe('Folder of true pictures of the same names: the report has scores'),
});

/** What the command of tasks is given beside their own options. */
export type TaskArgs = z.output<typeof engineSchema> &
  z.output<typeof choice> &
  z.output<typeof telling> &
  Partial<z.output<typeof truth>> &
  Pick<z.output<typeof photoResults>, 'output' | 'quality' | 'limitPixels' | 'overwrite'> & {
    format?: string;
    bitDepth?: 8 | 16;
    pictures?: boolean;
    photos: string[];
    sideFiles: Readonly<Record<string, string>>;
    /** How pictures show results. */
    pictured: Readonly<Record<string, unknown>>;
  };

/** The options of the command of one or several tasks, their own left out. */
export function taskSchema(tasks: readonly AnyTask[]): z.ZodType<Omit<TaskArgs, 'photos' | 'sideFiles' | 'pictured'>> {
  if (tasks.every(({ answer }) => answer.isPhoto)) {
    return engineSchema.extend(choice.shape).extend(photoResults.shape).extend(telling.shape).extend(truth.shape);
  }
  return engineSchema.omit({ tile: true }).extend(choice.shape).extend(resultsOf(tasks).shape).extend(telling.shape);
}

/** The same as yargs takes them, under headings. */
export function taskOptions(tasks: readonly AnyTask[]) {
  if (tasks.every(({ answer }) => answer.isPhoto)) {
    return {
      ...schemaOptions(choice, 'Photos:'),
      ...schemaOptions(photoResults, 'Results:'),
      ...engineOptions,
      ...schemaOptions(telling),
      ...schemaOptions(truth),
    };
  }
  const { tile, ...network } = engineOptions;
  return {
    ...schemaOptions(choice, 'Photos:'),
    ...schemaOptions(resultsOf(tasks), 'Results:'),
    ...schemaOptions(picturedSchema(tasks), 'Pictures of the results, with --pictures:'),
    ...network,
    ...schemaOptions(telling),
  };
}

/** What decides what the results of tasks are, beside their own options: neither what runs the network, nor what is told. */
export type ResultArgs = Omit<
  TaskArgs,
  | 'photos'
  | 'sideFiles'
  | 'pictured'
  | 'overwrite'
  | 'engine'
  | 'device'
  | 'threads'
  | keyof z.output<typeof choice>
  | keyof z.output<typeof telling>
>;

/** The options for that. */
export function resultSchema(tasks: readonly AnyTask[]): z.ZodType<ResultArgs> {
  if (tasks.every(({ answer }) => answer.isPhoto)) {
    return modelSchema.extend(photoResults.omit({ overwrite: true }).shape);
  }
  return modelSchema.omit({ tile: true }).extend(resultsOf(tasks).omit({ overwrite: true }).shape);
}

/** Which formats there are, and what they hold, depends on the answers. */
function resultsOf(tasks: readonly AnyTask[]) {
  const answers = tasks.map(({ answer }) => answer);
  const formats = [...new Set(answers.flatMap((answer) => answer.formats))] as [string, ...string[]];
  const holds = answers.map(({ name, formatsHold }) => formatsHold && `${name}: ${formatsHold}`).filter(Boolean);
  const format = z
    .enum(formats)
    .default(formats[0])
    .describe(['Format of the results', ...holds].join('; '));
  const results = answerResults.extend({ format });
  return answers.some(({ picture }) => picture) ? results : results.omit({ pictures: true });
}

/** The options that name side files: `--save-kernel`. */
export function sideFileSchema(tasks: readonly AnyTask[]) {
  const sides = tasks.flatMap(({ sideFiles = {} }) => Object.entries(sideFiles).filter(([, { isFlag }]) => !isFlag));
  return z.object(
    Object.fromEntries(sides.map(([name, { describe }]) => [name, z.string().optional().describe(describe)])),
  );
}

/** Where results go: beside the one that is named as a file. */
export function resultFolder(asked: readonly Asked[], output: string): string {
  return output === '-' || formatNamed(asked[0].task.answer, output) !== undefined ? path.dirname(output) : output;
}
