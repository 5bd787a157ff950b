import { filter, type OperatorFunction, pipe } from 'rxjs';
import { mapPulled } from '../pipelines/mapPulled.js';
import { type PredictSceneOptions, predictScene } from '../pipelines/run/predictScene.js';
import { parseOptions } from '../tasks/parseOptions.js';
import type { SceneTask } from '../tasks/scene/sceneTask.js';
import type { Frame, MappedFrame } from './frame.js';
import { frameName } from './frameName.js';

/** How the networks of the scene are run on frames. */
export interface PredictFrameMapsOptions extends Pick<PredictSceneOptions, 'open' | 'quality'> {
  /** Frames before this one are not looked at and not handed on. @default 0 */
  from?: number;
}

/**
 * A map of the scene in each frame, every frame by itself; `steady` holds them together. Two frames are in work. What goes wrong
 * with one frame would go wrong with the next, so it ends the stream.
 *
 * @throws PerpixelError E_OPTION at once, where an option is wrong
 *
 * @example
 * frames('walk.mp4').pipe(predictFrameMaps(depth), steady()).subscribe(({ index, map }) => use(index, map));
 */
export function predictFrameMaps<Options, Facts>(
  task: SceneTask<Options, Facts>,
  options: Partial<Options> = {},
  { open, quality, from = 0 }: PredictFrameMapsOptions = {},
): OperatorFunction<Frame, MappedFrame> {
  const asked = [{ task, options: parseOptions(task.options, options) }];
  return pipe(
    filter(({ index }) => index >= from),
    mapPulled(
      async (frame: Frame, { signal }) => {
        const maps = await predictScene(frame.raster, asked, { open, quality, signal, photo: frameName(frame.index) });
        return { ...frame, map: maps[task.name]!.map };
      },
      { concurrency: 2 },
    ),
  );
}
