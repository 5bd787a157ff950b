import { codecLayout, usualCodec } from './codecs.js';
import { type Ffmpeg, findFfmpeg } from './ffmpeg.js';
import type { FrameSink, VideoSource } from './frame.js';
import { joinSegments } from './joinSegments.js';
import { noFrames } from './noFrames.js';
import { requireContainer } from './requireContainer.js';
import { openSegments } from './segments.js';
import { segmentWriter } from './segmentWriter.js';
import type { Encoding } from './startEncoder.js';
import type { VideoFormat } from './videoFormat.js';

/** What a video file is made of beside its frames. */
export interface VideoFileOptions extends Partial<Encoding> {
  /** What the frames are of; its sound, subtitles, chapters and metadata are copied. */
  source: Pick<VideoSource, 'file' | 'format' | 'companions' | 'dispositions' | 'cut' | 'start' | 'timecode'>;
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
 * A video file, made in segments by FFmpeg. Each segment is a file in the folder `OUTPUT.parts`, and counts once its frames were counted,
 * so that a run that is killed loses one segment. At the end they are joined, with the source's sound. The video is then read to its end,
 * and where it has all frames, the folder is removed. One run at a time works on a video.
 *
 * @param program FFmpeg. @default the one on PATH
 * @throws PerpixelError E_PROGRAM FFmpeg is missing, or cannot make such a file; E_OPTION no video file has such a name;
 * E_WRITE another run is at work on it, there is no room, or the folder is somebody else's
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
  const format: VideoFormat = { ...source.format, layout: codecLayout(encoding.codec, source.format) };
  const folder = await openSegments(output, { ...job, ...encoding, format, segmentFrames });
  const { segments } = folder;
  if (segments.length === 0) {
    await requireContainer(output, { format, source, folder: folder.path, ...encoding }, ffmpeg).catch((error) => {
      folder.release();
      throw error;
    });
  }
  const aborter = new AbortController();
  const writer = segmentWriter(
    {
      ...{ ...encoding, folder: folder.path, format, segmentFrames },
      check: () => folder.check(),
      onFinished: (segment) => folder.add(segment),
    },
    ffmpeg,
  );
  return {
    done: segments.at(-1)?.next ?? 0,
    write: (frame) => writer.write(frame),
    async close() {
      await writer.close();
      if (segments.length === 0) throw noFrames(output);
      await joinSegments(segments, output, ffmpeg, { format, source, signal: aborter.signal });
      folder.remove();
    },
    discard() {
      writer.discard();
      aborter.abort();
      folder.release();
    },
  };
}
