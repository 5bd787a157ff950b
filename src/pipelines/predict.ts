import type { OperatorFunction } from 'rxjs';
import type { Session } from '../engines/engine.js';
import { sharedSessions } from '../engines/sessions.js';
import { parseOptions } from '../tasks/parseOptions.js';
import type { Quality, Task } from '../tasks/task.js';
import type { FileResult, Picture } from './items.js';
import { PICTURES_CAPACITY, pictureBytes } from './pictureBytes.js';
import { predictTiled } from './predictTiled.js';
import { secondsSince, stage } from './stage.js';

export interface PredictOptions {
  /**
   * Gives the session of a model by its name in weights/index.json, the same one each time.
   * @default sharedSessions.open: one a model, on the CPU, for the whole process
   */
  open?: (model: string) => Promise<Session>;
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
 *
 * @throws PerpixelError E_OPTION at once, where an option is wrong
 *
 * @example
 * files('photos').pipe(decode(), predict(denoise, { sigma: 12 }), encode('clean')).subscribe(report);
 */
export function predict<Options, Facts>(
  task: Task<Options, Facts>,
  options: Partial<Options> = {},
  { open = sharedSessions.open, tile, quality = 'balanced', onTile }: PredictOptions = {},
): OperatorFunction<Picture | FileResult, Picture | FileResult> {
  const asked = parseOptions(task.options, options);
  return stage(
    (picture: Picture) => picture.file.path,
    async (picture, { signal }): Promise<Picture> => {
      const start = performance.now();
      const { file, raster, seconds } = picture;
      const session = await open(task.model(asked, raster, quality));
      const facts = await task.measure(raster, asked, session.model.card, { file: file.relative });
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
