import type { NdArray } from 'ndarray';
import { type MonoTypeOperatorFunction, map } from 'rxjs';
import { copied, croppedRaster } from '../images/croppedRaster.js';
import type { Samples } from '../images/raster.js';
import type { Window } from '../images/readWindow.js';
import type { FrameWithResult } from './frame.js';
import { withRaster, withValue } from './predictFrames.js';

/** Frames and their maps, cut to a part. After `steady`, it is what the whole video has there. */
export function cutMaps(region: Window): MonoTypeOperatorFunction<FrameWithResult> {
  return map((frame) =>
    withValue(
      withRaster(frame, croppedRaster(frame.raster, region)),
      copied(frame.result.value as NdArray<Samples>, region),
    ),
  );
}
