import { PerpixelError } from '../core/errors.js';
import type { Ffmpeg } from './ffmpeg.js';
import type { Frame, FrameSink } from './frame.js';
import { ivfFrameHeader } from './ivf.js';
import { openWhole, type WholeFile } from './openWhole.js';
import { packetsOf } from './packetsOf.js';
import { rasterToFrame } from './rasterToFrame.js';
import { type Segment, segmentFile } from './segments.js';
import { type Encoding, startEncoder } from './startEncoder.js';
import type { VideoFormat } from './videoFormat.js';
import { writeAll } from './writeAll.js';

export interface SegmentWriterOptions extends Encoding {
  /** Where the files of segments go. */
  folder: string;
  format: VideoFormat;
  /** Frames a segment. */
  segmentFrames: number;
  /** Asked before a segment gets its name: where it throws, there is none. */
  check?(): void;
  /** Told of each segment that is there, in their order. */
  onFinished(segment: Segment): void | Promise<void>;
}

/** Writes frames into the files of segments, each encoded by itself, and whole or not at all; `close` ends the last one. */
export function segmentWriter(
  { folder, format, segmentFrames, check, onFinished, ...encoding }: SegmentWriterOptions,
  program: Ffmpeg,
): FrameSink {
  const aborter = new AbortController();
  let open: { file: WholeFile; segment: Segment } | undefined;

  const start = async ({ index, pts }: Frame) => {
    const file = segmentFile(folder, { index, pts });
    const segment = { file, index, pts, frames: 0, next: index, lastPts: pts };
    const encoder = (temporary: string) => startEncoder(temporary, format, encoding, program);
    return { segment, file: await openWhole(file, encoder, aborter.signal) };
  };
  const finish = async () => {
    if (!open) return;
    const { file, segment } = open;
    open = undefined;
    await file.close(async (temporary) => {
      await requireFrames(temporary, segment.frames, program);
      check?.();
    });
    await onFinished(segment);
  };
  return {
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
      open.segment.frames++;
      open.segment.next = frame.index + 1;
      open.segment.lastPts = frame.pts;
    },
    close: finish,
    discard: () => aborter.abort(),
  };
}

/** @throws PerpixelError E_PROGRAM the file has fewer */
async function requireFrames(file: string, frames: number, program: Ffmpeg): Promise<void> {
  const { count } = await packetsOf(file, program);
  if (count === frames) return;
  throw new PerpixelError({
    code: 'E_PROGRAM',
    subject: program.ffmpeg,
    received: `${count} frames encoded`,
    expected: `${frames}`,
    cure: 'Run the same command again: what was finished before is kept.',
  });
}
