import { spawn } from 'node:child_process';
import { type CodecName, codecArgs } from './codecs.js';
import { colourArgs } from './colourArgs.js';
import type { Ffmpeg } from './ffmpeg.js';
import { fileAddress } from './ffmpegAddress.js';
import { ivfHeader } from './ivf.js';
import type { Writer } from './openWhole.js';
import { endOf, requireWritten } from './programEnd.js';
import type { VideoFormat } from './videoFormat.js';

export interface Encoding {
  codec: CodecName;
  /** Constant rate factor; the codec's own where not given. */
  crf?: number;
}

/**
 * Starts FFmpeg on a stream of IVF frames (ivf.ts), into a NUT file, which holds any codec and any time to the tick. `done` rejects
 * with E_WRITE where there is no room, and with E_PROGRAM where FFmpeg failed or was ended.
 */
export function startEncoder(
  file: string,
  format: VideoFormat,
  { codec, crf }: Encoding,
  { ffmpeg, keepTiming }: Ffmpeg,
): Writer {
  const { timeBase } = format;
  const tags = colourArgs(format); // On both sides of the encoder, so that FFmpeg sees nothing to convert.
  const child = spawn(
    ffmpeg,
    [
      ...['-hide_banner', '-nostats', '-loglevel', 'error', '-y', '-copyts'],
      ...[...tags, '-c:v', 'rawvideo', '-f', 'ivf', '-i', 'pipe:0', '-map', '0:v', ...keepTiming],
      ...['-enc_time_base', `${timeBase.num}:${timeBase.den}`, ...codecArgs(codec, format, crf), ...tags],
      ...[...aspectArgs(format), '-avoid_negative_ts', 'disabled', '-f', 'nut', fileAddress(file)],
    ],
    { stdio: ['pipe', 'ignore', 'pipe'] },
  );
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-4000);
  });
  const done = endOf(child).then((end) => requireWritten(ffmpeg, end, said, OTHERWISE));
  child.stdin.on('error', () => {}); // Told by whoever writes, or by `done`.
  child.stdin.write(ivfHeader(format));
  child.stdin.on('close', () => {
    if (!child.stdin.writableFinished) child.kill(); // Destroyed: nobody wants the file any more.
  });
  return { input: child.stdin, done };
}

function aspectArgs({ width, height, pixelAspect }: VideoFormat): string[] {
  return pixelAspect ? ['-aspect', `${width * pixelAspect.num}:${height * pixelAspect.den}`] : [];
}

const OTHERWISE = {
  expected: 'the video encoded',
  cure: 'Choose another --codec; `ffmpeg -encoders` lists those that this FFmpeg has.',
};
