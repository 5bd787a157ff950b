import type { OperatorFunction } from 'rxjs';
import { PerpixelError } from '../core/errors.js';
import type { Models } from '../engines/models.js';
import type { Frame } from '../video/frame.js';
import type { ExitCode } from './command.js';
import type { Io } from './io.js';
import { openEnds } from './openEnds.js';
import { optionError } from './optionError.js';
import { printable } from './printable.js';
import type { VideoArgs } from './videoOptions.js';
import { humanVideoReporter, jsonVideoReporter, type VideoProgress } from './videoReport.js';
import type { VideoWork } from './videoWork.js';

/** Takes one video through some work: opens both ends, and tells of what goes between them. */
export async function runVideo(work: VideoWork, args: VideoArgs, models: Models, io: Io): Promise<ExitCode> {
  const { output, live, json } = args;
  if (json && output === '-') {
    throw optionError('json', 'true', 'a file for the result', 'Leave it out: standard output has the frames.');
  }
  const [rx, { encodeFrames }, { frames }] = await Promise.all([
    import('rxjs'),
    import('../video/encodeFrames.js'),
    import('../video/frames.js'),
  ]);
  const ends = await openEnds(work, args, io);
  if (ends === undefined) return 0;
  const { source, sink, done } = ends;
  const report = json ? jsonVideoReporter(io) : humanVideoReporter(io, args);
  const { fromEvent, lastValueFrom, takeUntil, tap } = rx;
  let operator: OperatorFunction<Frame, Frame>;
  try {
    // Stopped meanwhile: an event that has passed would not come again.
    if (io.signal.aborted) throw io.signal.reason;
    operator = await work.operator({
      open: models.open,
      from: done,
      onMeasured: (facts) => report.measured(facts, work.words?.(facts) ?? []),
    });
  } catch (error) {
    sink.discard();
    await source.close();
    if (io.signal.aborted) return 130;
    throw error;
  }
  report.notKept(source.notKept ?? []);
  const start = performance.now();
  const progress: VideoProgress = {
    frames: done,
    total: source.total,
    before: done,
    damaged: 0,
    dropped: 0,
    seconds: 0,
  };
  const results = frames(source, { live, onDrop: () => progress.dropped++ }).pipe(
    operator,
    encodeFrames(sink),
    takeUntil(fromEvent(io.signal, 'abort')),
    tap((frame) => {
      progress.frames++;
      if (frame.error) progress.damaged++;
      progress.seconds = (performance.now() - start) / 1000;
      report.frame(frame, progress);
    }),
  );
  try {
    await lastValueFrom(results, { defaultValue: undefined });
  } catch (error) {
    if (!(error instanceof PerpixelError && error.code === 'E_PROGRAM')) throw error;
    // FFmpeg went wrong in the middle of the work: the command itself was right.
    io.stderr.write(`perpixel: ${error.code} ${printable(error.message)}\n`);
    return 1;
  }
  if (!io.signal.aborted) await work.finish?.();
  report.end(progress, io.signal.aborted);
  if (io.signal.aborted) return 130;
  return progress.damaged > 0 ? 1 : 0;
}
