import { concatMap, defer, finalize, from, map, type Observable } from 'rxjs';
import { pull } from '../pipelines/pull.js';
import { dropLate } from './dropLate.js';
import type { CodedFrame, Frame, VideoSource } from './frame.js';
import { frameToRaster } from './frameToRaster.js';
import { type OpenVideoOptions, openVideo } from './openVideo.js';

/** Where frames come from, and whether late ones are dropped. */
export interface FramesOptions extends OpenVideoOptions {
  /**
   * Take frames as they come, and drop those for which there is no room, instead of holding the source back: one waits, and
   * two more are in work in predictFrames.
   */
  live?: boolean;
  /** Told of each frame that `live` drops. */
  onDrop?: (frame: CodedFrame) => void;
}

/**
 * The frames of a video as a stream, read no faster than the chain can follow.
 *
 * @param video an open one, or what openVideo opens
 *
 * @example
 * frames('walk.y4m').pipe(predictFrames(denoise)).subscribe(({ index, raster }) => show(index, raster));
 */
export function frames(
  video: VideoSource | string,
  { live = false, onDrop, ...opening }: FramesOptions = {},
): Observable<Frame> {
  if (typeof video === 'string') {
    return defer(() => from(openVideo(video, opening))).pipe(concatMap((source) => frames(source, { live, onDrop })));
  }
  const coded = live ? pull(video).pipe(dropLate({ onDrop })) : pull(video);
  return coded.pipe(
    finalize(() => void video.close().catch(() => {})), // Nobody listens any more.
    map(({ bytes, raster: read, ...timed }) => {
      let raster = read;
      return {
        ...timed,
        format: video.format,
        // Made where it is asked for: of a video that goes on, the frames that are done are passed over.
        get raster() {
          raster ??= frameToRaster(bytes, video.format);
          return raster;
        },
      };
    }),
  );
}
