import { type MonoTypeOperatorFunction, Observable } from 'rxjs';
import { mapPulled } from '../pipelines/mapPulled.js';
import type { Frame, FrameSink } from './frame.js';

/**
 * Writes frames, one after another, and hands each on when it is written. The stream completes when the video is whole; an error,
 * and unsubscribing before the end, discard it.
 *
 * @example
 * frames(video).pipe(predictFrames(denoise), encodeFrames(sink)).subscribe({ complete: () => console.log('done') });
 */
export function encodeFrames(sink: FrameSink): MonoTypeOperatorFunction<Frame> {
  return (source) =>
    new Observable<Frame>((subscriber) => {
      let isWhole = false;
      subscriber.add(() => {
        if (!isWhole) sink.discard();
      });
      const write = async (frame: Frame) => {
        await sink.write(frame);
        return frame;
      };
      const close = async () => {
        await sink.close();
        isWhole = true;
        subscriber.complete();
      };
      subscriber.add(
        source.pipe(mapPulled(write, { concurrency: 1 })).subscribe({
          next: (frame) => subscriber.next(frame),
          error: (error) => subscriber.error(error),
          complete: () => void close().catch((error) => subscriber.error(error)),
        }),
      );
    });
}
