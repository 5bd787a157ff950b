import * as z from 'zod';
import { codecNames } from '../video/codecs.js';
import { engineOptions, engineSchema } from './engineOptions.js';
import { schemaOptions } from './schemaOptions.js';

const results = z.object({
  output: z.string().describe('Video file, .y4m among them; - for frames on a pipe'),
  codec: z.enum(codecNames).optional().describe('h264 where not given, vp9 in .webm, ffv1 (lossless) in .avi'),
  crf: z
    .number()
    .min(0)
    .max(63)
    .optional()
    .describe('Constant rate factor: 0 is best; visually lossless where not given'),
  segment: z.int().min(1).default(250).describe('Frames a segment: what a killed run loses at most'),
  overwrite: z.boolean().default(false).describe('Do again what is there already'),
});

const quality = z.enum(['fast', 'balanced', 'best']).default('balanced');
const ofRestoration = z.object({
  quality: quality.describe(
    'fast: a smaller network where the task has one; best: averaged over flips and quarter turns, 8x slower',
  ),
});
const ofScenes = z.object({ quality: quality.describe('best: averaged with the mirrored frame, 2x slower') });

const source = z.object({
  live: z.boolean().default(false).describe('Drop frames rather than fall behind'),
  raw: z.string().optional().describe('Frames without a header: rgb24, gray, yuv420p, ...; needs --size and --rate'),
  size: z.string().optional().describe('Of raw frames: 320x240'),
  rate: z.string().optional().describe('Of raw frames, a second: 25 or 30000/1001'),
  matrix: z
    .enum(['bt601', 'bt709', 'bt2020'])
    .optional()
    .describe('How colours are coded, where the video does not say'),
  range: z.enum(['limited', 'full']).optional().describe('limited: black is 16, white 235'),
  ffmpeg: z.string().optional().describe('Path of FFmpeg; FFMPEG_PATH, or ffmpeg on PATH, where not given'),
});

const telling = z.object({
  json: z.boolean().default(false).describe('Events as JSON lines on standard output'),
  quiet: z.boolean().default(false).describe('Say nothing but what failed'),
});

const { tile, ...networkAlone } = engineSchema.shape;
const common = z.object({ ...networkAlone, ...results.shape, ...source.shape, ...telling.shape });

/** The options of `perpixel video TASK`, those of its task left out. */
export const videoSchema = common.extend(ofRestoration.shape).extend({ tile });
/** The same of maps of a scene, whose network sees the whole frame. */
export const sceneVideoSchema = common.extend(ofScenes.shape);

/** What they have in common. */
export type VideoArgs = z.output<typeof sceneVideoSchema> & { input: string; tile?: number };

export const videoOptions = {
  ...schemaOptions(results.extend(ofRestoration.shape), 'Results:'),
  ...schemaOptions(source, 'Source:'),
  ...engineOptions,
  ...schemaOptions(telling),
};

const { tile: _, ...networkOptions } = engineOptions;
export const sceneVideoOptions = {
  ...schemaOptions(results.extend(ofScenes.shape), 'Results:'),
  ...schemaOptions(source, 'Source:'),
  ...networkOptions,
  ...schemaOptions(telling),
};
