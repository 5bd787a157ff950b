import type { Session } from '../../engines/engine.js';
import { sharedSessions } from '../../engines/sessions.js';
import type { Raster } from '../../images/raster.js';
import type { AboutPicture, Task } from '../../tasks/task.js';
import { type PredictTiledOptions, predictTiled } from './predictTiled.js';

export interface PredictRasterOptions extends PredictTiledOptions, AboutPicture {
  /**
   * Gives the session of a model by its name in weights/index.json, the same one each time.
   * @default sharedSessions.open: one a model, on the CPU, for the whole process
   */
  open?: (model: string) => Promise<Session>;
}

/**
 * A whole task on one picture in memory, which is written over: chooses the model, looks at the picture, runs the tiles.
 *
 * @param options the task's, as `parseOptions` gives them
 * @returns what the task reports about the picture beside its pixels
 */
export async function predictRaster<Options, Facts>(
  raster: Raster,
  task: Task<Options, Facts>,
  options: Options,
  { open = sharedSessions.open, file, ...tiled }: PredictRasterOptions = {},
): Promise<Record<string, unknown>> {
  const session = await open(task.model(options, raster, tiled.quality ?? 'balanced'));
  tiled.signal?.throwIfAborted();
  const facts = await task.measure(raster, options, session.model.card, { file, signal: tiled.signal });
  tiled.signal?.throwIfAborted();
  await predictTiled(raster, task, facts, session, tiled);
  return task.report(facts);
}
