import * as z from 'zod';
import { codecNames } from '../video/codecs.js';
import { secondsOf } from '../video/cut.js';
import { engineOptions, engineSchema } from './engineOptions.js';
import { schemaOptions } from './schemaOptions.js';
import { answerQuality, photoQuality, regionOf } from './taskOptions.js';

const results = z.object({
  output: z
    .string()
    .describe(
      'Video file, .y4m among them; out/%06d.png for numbered pictures; a folder for several; - for frames on a pipe',
    ),
  codec: z
    .enum(codecNames)
    .optional()
    .describe(
      'h264 where not given, vp9 in .webm, ffv1 (lossless) in .avi; h264_nvenc and the like: of a graphics card',
    ),
  crf: z
    .number()
    .min(0)
    .max(63)
    .optional()
    .describe('Constant rate factor: 0 is best; visually lossless where not given'),
  segment: z.int().min(1).default(250).describe('Frames a segment: what a killed run loses at most'),
  region: regionOf('the video'),
  overwrite: z.boolean().default(false).describe('Replace a result that already exists'),
});

/** As FFmpeg writes it. */
const time = z
  .string()
  .refine((text) => secondsOf(text) !== undefined, { error: 'a time such as 90, 1:30.5 or 500ms' });

const source = z.object({
  live: z.boolean().default(false).describe('Drop frames rather than fall behind'),
  raw: z
    .string()
    .optional()
    .describe('Frames without a header: rgb24, gray, yuv420p, nv12, ...; needs --size and --rate'),
  size: z.string().optional().describe('Of raw frames: 320x240'),
  rate: z.string().optional().describe('Of raw frames and numbered pictures, a second: 25 or 30000/1001'),
  startNumber: z
    .int()
    .min(0)
    .optional()
    .describe('Of numbered pictures, the first; in: the first of 0 to 4 where not given, out: 0'),
  from: time.optional().describe('Begin with the frame of this time, as FFmpeg writes it: 90, 1:30.5, 00:01:30.5'),
  to: time.optional().describe('End before the frame of this time'),
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

const ofPhotos = results.extend({ quality: photoQuality });
const ofAnswers = results.extend({ quality: answerQuality });

/** The options of `perpixel video TASK`, those of its task left out. @param isPhoto the task restores the frames themselves */
export const videoSchema = (isPhoto: boolean) =>
  engineSchema
    .extend((isPhoto ? ofPhotos : ofAnswers).shape)
    .extend(source.shape)
    .extend(telling.shape);

export type VideoArgs = z.output<ReturnType<typeof videoSchema>> & { input: string };

/** The same as yargs takes them, under headings. A network that sees the whole frame knows no tiles. */
export function videoOptions(isPhoto: boolean) {
  const { tile, ...network } = engineOptions;
  return {
    ...schemaOptions(isPhoto ? ofPhotos : ofAnswers, 'Results:'),
    ...schemaOptions(source, 'Source:'),
    ...network,
    ...(isPhoto && { tile }),
    ...schemaOptions(telling),
  };
}
