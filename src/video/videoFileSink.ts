import { rm } from 'node:fs/promises';
import { PerpixelError } from '../core/errors.js';
import { codecLayout, usualCodec } from './codecs.js';
import { type Ffmpeg, findFfmpeg } from './ffmpeg.js';
import type { Frame, FrameSink, VideoSource } from './frame.js';
import { ivfFrameHeader } from './ivf.js';
import { joinSegments } from './joinSegments.js';
import { openWhole, type WholeFile } from './openWhole.js';
import { rasterToFrame } from './rasterToFrame.js';
import { requireContainer } from './requireContainer.js';
import { resumeSegments, type Segment, segmentFile } from './segments.js';
import { type Encoding, startEncoder } from './startEncoder.js';
import type { VideoFormat } from './videoFormat.js';
import { writeAll } from './writeAll.js';

/** What a video file is made of beside its frames. */
export interface VideoFileOptions extends Partial<Encoding> {
  /** What the frames are of; its sound, subtitles, chapters and metadata are copied. */
  source: Pick<VideoSource, 'file' | 'format' | 'companions'>;
  /** Frames a segment. @default 250 */
  segmentFrames?: number;
  /**
   * All that decides what the frames become, as JSON; a run with the same goes on where an earlier one was stopped.
   *
   * @default nothing goes on
   */
  job?: Record<string, unknown>;
}

export interface VideoFileSink extends FrameSink {
  /** Frames that an earlier run has finished: the first one to write. */
  readonly done: number;
}

/**
 * A video file, made in segments by FFmpeg. Each is a file of its own in the folder `OUTPUT.parts` and appears whole or not at all,
 * so that a run that was killed loses one segment; at the end they are joined, with the source's sound, and the folder goes.
 *
 * @param program FFmpeg. @default the one on PATH
 * @throws PerpixelError E_PROGRAM FFmpeg is missing, or cannot make such a file; E_OPTION no video file has such a name
 *
 * @example
 * const video = await openVideo('walk.mp4');
 * const sink = await videoFileSink('clean.mp4', { source: video });
 * frames(video).pipe(predictFrames(denoise), encodeFrames(sink)).subscribe({ complete: () => console.log('done') });
 */
export async function videoFileSink(
  output: string,
  { source, segmentFrames = 250, job = { startedAt: Date.now() }, codec = usualCodec(output), crf }: VideoFileOptions,
  program?: Ffmpeg,
): Promise<VideoFileSink> {
  const ffmpeg = program ?? (await findFfmpeg());
  const encoding = { codec, crf };
  const folder = `${output}.parts`;
  const format: VideoFormat = { ...source.format, layout: codecLayout(encoding.codec, source.format) };
  const segments = await resumeSegments(folder, { ...job, ...encoding, format, segmentFrames });
  if (segments.length === 0) {
    await requireContainer(output, { format, source, folder, ...encoding }, ffmpeg);
  }
  const last = segments.at(-1);
  const aborter = new AbortController();
  let open: { file: WholeFile; segment: Segment } | undefined;

  const start = async ({ index, pts }: Frame) => {
    const segment = { file: segmentFile(folder, { index, pts }), index, pts };
    const file = await openWhole(segment.file, (temporary) => startEncoder(temporary, format, encoding, ffmpeg));
    return { file, segment };
  };
  const finish = async () => {
    await open?.file.close();
    if (open) segments.push(open.segment);
    open = undefined;
  };
  return {
    // Where the last one is shorter, it ends the video, and nothing is left to write.
    done: last ? last.index + segmentFrames : 0,
    async write(frame) {
      if (open && frame.index >= open.segment.index + segmentFrames) await finish();
      open ??= await start(frame);
      const { input, close } = open.file;
      const bytes = rasterToFrame(frame.raster, format);
      try {
        await writeAll(input, ivfFrameHeader(bytes.length, frame.pts));
        await writeAll(input, bytes);
      } catch (broken) {
        await close(); // FFmpeg has ended, and says why.
        throw broken;
      }
    },
    async close() {
      await finish();
      if (segments.length === 0) throw noFrames(output);
      await joinSegments(segments, output, ffmpeg, { format, source, signal: aborter.signal });
      await rm(folder, { recursive: true });
    },
    discard() {
      open?.file.discard();
      aborter.abort();
    },
  };
}

function noFrames(output: string): PerpixelError {
  const parts = { received: 'no frame at all', expected: 'one at least', cure: 'Look at the source.' };
  return new PerpixelError({ code: 'E_FORMAT', subject: output, ...parts });
}
