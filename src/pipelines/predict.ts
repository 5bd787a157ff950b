import type { OperatorFunction } from 'rxjs';
import type { Session } from '../engines/engine.js';
import type { Quality, Task } from '../tasks/task.js';
import type { FileResult, Picture } from './items.js';
import { PICTURES_CAPACITY, pictureBytes } from './pictureBytes.js';
import { predictTiled } from './predictTiled.js';
import { secondsSince, stage } from './stage.js';

export interface PredictOptions {
  /** Gives the session of a model by its name in weights/index.json: the same one each time, shared by every stream. */
  open: (model: string) => Promise<Session>;
  /** Windows have at most this many pixels squared. */
  tile?: number;
  /** @default 'balanced' */
  quality?: Quality;
  /** Called as a picture proceeds. */
  onTile?: (input: string, finished: number, all: number) => void;
}

/**
 * Runs a task on each picture, in place. Two pictures are in work, so that the engine, which takes one window at a time,
 * always finds the next one ready.
 */
export function predict<Options, Facts>(
  task: Task<Options, Facts>,
  options: Options,
  { open, tile, quality, onTile }: PredictOptions,
): OperatorFunction<Picture | FileResult, Picture | FileResult> {
  return stage(
    (picture: Picture) => picture.file.path,
    async (picture, { signal }): Promise<Picture> => {
      const start = performance.now();
      const { file, raster, seconds } = picture;
      const session = await open(task.model(options, raster));
      const facts = await task.measure(raster, options, session.model.card);
      signal.throwIfAborted();
      await predictTiled(raster, task, facts, session, {
        tile,
        quality,
        signal,
        onTile: (finished, all) => onTile?.(file.path, finished, all),
      });
      const report = { ...picture.report, ...task.report(facts) };
      return { ...picture, seconds: seconds + secondsSince(start), report };
    },
    { concurrency: 2, weigh: pictureBytes, capacity: PICTURES_CAPACITY },
  );
}
