import { createReadStream, existsSync } from 'node:fs';
import path from 'node:path';
import { PerpixelError } from '../core/errors.js';
import { cutOut } from './cut.js';
import { decodeVideo } from './decodeVideo.js';
import { findFfmpeg } from './ffmpeg.js';
import type { VideoSource } from './frame.js';
import { isSequence, openSequence, type SequenceOptions } from './imageSequence.js';
import { layoutNamed } from './layout.js';
import { readRaw } from './readRaw.js';
import { readY4m } from './readY4m.js';
import { requireFrameSize } from './requireFrameSize.js';
import { type Ratio, usualMatrix, type VideoColour } from './videoFormat.js';

/** Frames without a header: FFmpeg's name of their layout (see layoutNamed), their size and rate. */
export interface RawFrames {
  layout: string;
  width: number;
  height: number;
  rate: Ratio;
}

/** What is known of a video beside what it says itself. */
export interface OpenVideoOptions extends SequenceOptions {
  /** What a pipe's frames are, where they are not y4m. */
  raw?: RawFrames;
  /** Stands above what the source says. */
  colour?: Partial<VideoColour>;
  /** FFmpeg's path. @default `ffmpeg`, on PATH */
  ffmpeg?: string;
  /** Seconds from the beginning: the first frame to give is that of this time, or the next. @default 0 */
  from?: number;
  /** Seconds from the beginning: the first frame not to give. @default the end */
  to?: number;
  /** Read a file no faster than it plays. */
  realTime?: boolean;
}

/**
 * Opens a video: a `.y4m` file, a pipe and numbered pictures (`frames/%06d.png`) by ourselves, all else through FFmpeg.
 *
 * @param input a file, an address that FFmpeg knows, or the bytes of a pipe
 * @throws PerpixelError E_PROGRAM FFmpeg is missing; E_READ, E_FORMAT, E_SIZE it cannot be read; E_OPTION `from` is not before `to`
 */
export async function openVideo(
  input: string | AsyncIterable<Uint8Array>,
  options: OpenVideoOptions = {},
): Promise<VideoSource> {
  const source = await openWholeVideo(input, options);
  try {
    return cutOut(source, options);
  } catch (error) {
    await source.close();
    throw error;
  }
}

async function openWholeVideo(
  input: string | AsyncIterable<Uint8Array>,
  { raw, colour, ffmpeg, realTime, from, startNumber, rate }: OpenVideoOptions,
): Promise<VideoSource> {
  const bytes = typeof input === 'string' ? undefined : input;
  if (raw) {
    requireFrameSize(raw);
    const { layout, width, height, rate: pace } = raw;
    return readRaw(bytes ?? createReadStream(input as string), {
      ...{ width, height, rate: pace },
      timeBase: { num: pace.den, den: pace.num },
      layout: layoutNamed(layout === 'nv12' ? 'yuv420p' : layout),
      ...(layout === 'nv12' && { packing: layout }),
      colour: { matrix: usualMatrix(raw), range: 'limited', ...colour },
    });
  }
  if (bytes) return readY4m(bytes, colour);
  const file = input as string;
  if (isSequence(file) && !existsSync(file)) return openSequence(file, { startNumber, rate });
  if (isY4m(file)) return { ...(await readY4m(opened(file), colour)), file };
  return decodeVideo(file, await findFfmpeg(ffmpeg), { colour, realTime, from });
}

/** Whether a file is y4m by its name. */
export function isY4m(file: string): boolean {
  return path.extname(file).toLowerCase() === '.y4m';
}

async function* opened(file: string): AsyncGenerator<Uint8Array> {
  try {
    yield* createReadStream(file) as AsyncIterable<Buffer>;
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const parts = { received: `cannot be read (${code})`, expected: 'a video file', cure: 'Check the name.' };
    throw new PerpixelError({ code: 'E_READ', subject: file, ...parts, cause });
  }
}
