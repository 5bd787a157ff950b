import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { PerpixelError } from '../core/errors.js';
import type { CodecName } from './codecs.js';
import { companionArgs } from './companionArgs.js';
import { containerArgs } from './containerArgs.js';
import type { Ffmpeg } from './ffmpeg.js';
import { fileAddress } from './ffmpegAddress.js';
import type { VideoSource } from './frame.js';
import { ivfFrameHeader } from './ivf.js';
import { NO_ROOM_IN_CONTAINER } from './joinSegments.js';
import { frameBytes } from './layout.js';
import { runFfmpeg } from './runFfmpeg.js';
import { type Encoding, startEncoder } from './startEncoder.js';
import type { VideoFormat } from './videoFormat.js';
import { writeAll } from './writeAll.js';

export interface RequireContainerOptions extends Encoding {
  format: VideoFormat;
  /** Whose sound and subtitles go in beside the video. */
  source: Pick<VideoSource, 'file' | 'companions' | 'dispositions'>;
  /** Where something may be written. */
  folder: string;
}

/**
 * Makes sure, before hours of work, that the codec takes such frames, and that the container holds it and all other streams. It encodes an
 * empty frame and half a second of sound.
 *
 * @throws PerpixelError E_PROGRAM one of them cannot; E_WRITE there is no room
 */
export async function requireContainer(
  output: string,
  { format, source, folder, ...encoding }: RequireContainerOptions,
  program: Ffmpeg,
): Promise<void> {
  await requireEncoder(encoding.codec, program);
  const [blank, trial] = ['blank.nut', 'trial'].map((name) => path.join(folder, name));
  try {
    const { input, done } = startEncoder(blank, format, encoding, program);
    const frame = new Uint8Array(frameBytes(format.layout, format));
    const written = writeAll(input, ivfFrameHeader(frame.length, 0)).then(() => writeAll(input, frame));
    await Promise.all([written.then(() => input.end()).catch(() => {}), done]);
    const companions = companionArgs(output, source);
    const inputs = ['-i', fileAddress(blank), ...companions.input, '-map', '0:v', ...companions.copied];
    await runFfmpeg(
      program.ffmpeg,
      [...inputs, '-c', 'copy', '-t', '0.5', ...containerArgs(output, format), fileAddress(trial)],
      { otherwise: { subject: output, ...NO_ROOM_IN_CONTAINER } },
    );
  } finally {
    await Promise.all([blank, trial].map((file) => rm(file, { force: true })));
  }
}

/** Of those of graphics cards, which go by FFmpeg's own names: not every FFmpeg was built with them. */
async function requireEncoder(codec: CodecName, { ffmpeg }: Ffmpeg): Promise<void> {
  if (!codec.includes('_')) return;
  const { stdout } = await promisify(execFile)(ffmpeg, ['-hide_banner', '-h', `encoder=${codec}`]);
  if (stdout.startsWith(`Encoder ${codec} `)) return;
  throw new PerpixelError({
    code: 'E_PROGRAM',
    subject: ffmpeg,
    received: `no encoder ${codec}`,
    expected: 'an FFmpeg that was built with it, on a machine that has such a graphics card',
    cure: 'Choose another --codec; `ffmpeg -encoders` lists those that this FFmpeg has.',
  });
}
