import { models } from '../../engines/models.js';
import type { Raster } from '../../images/raster.js';
import { setAside } from '../../images/setAside.js';
import type { Result } from '../../tasks/result.js';
import type { AboutPicture, Asked } from '../../tasks/task.js';
import { enlargeGrids, type GridInWork } from './enlargeGrids.js';
import { photoGrids } from './photoGrids.js';
import { type OpenModel, planOf } from './planOf.js';
import { type PredictTiledOptions, predictTiled } from './predictTiled.js';

/** How tasks are run on a photo. */
export interface PredictPhotoOptions extends Omit<PredictTiledOptions, 'onTile'>, AboutPicture {
  /**
   * Gives the session of a model by its name in weights/index.json, the same one each time.
   * @default models.open: one a model, on the CPU, for the whole process
   */
  open?: OpenModel;
  /** Called as tiles, or strips of maps, are finished; of a photo that needs nothing, once, 1 of 1. */
  onProgress?: (finished: number, all: number) => void;
}

/**
 * Runs tasks on one photo in memory: measures it, plans, and works. Tasks whose answer is the photo write over it, one after the
 * other; the others leave it, and those of one network share its run.
 *
 * @param asked tasks with their options, as `parseOptions` gives them
 * @returns a result for each, in their order
 * @throws PerpixelError E_MODEL where a model lacks what is asked for; what the tasks throw
 */
export async function predictPhoto(
  raster: Raster,
  asked: readonly Asked[],
  { open = models.open, file, limitPixels, onProgress, ...how }: PredictPhotoOptions = {},
): Promise<Result[]> {
  const { quality = 'balanced', signal } = how;
  const context = { open, quality, file, signal, limitPixels };
  const putBack = setAside(raster);
  const grids = photoGrids(raster, context);
  const results: Result[] = [];
  const inWork: GridInWork[] = [];
  let told = false;
  /** Whether nothing but parts of the photo may change. */
  let inParts = true;
  const tell = (finished: number, all: number) => {
    told ||= finished === all;
    onProgress?.(finished, all);
  };
  for (const each of asked) {
    const { task } = each;
    const planned = await planOf(raster, each, context);
    const { session, facts, plan } = planned;
    const result = { task, value: raster as unknown, facts, isUnchanged: plan === undefined };
    if (plan?.kind === 'tiled') inParts &&= plan.changing !== undefined;
    if (plan?.kind === 'tiled') await predictTiled(raster, plan, session, { ...how, onTile: tell });
    if (plan?.kind === 'whole') {
      const grid = await grids.run(task, session, plan);
      const [height, width] = raster.pixels.shape;
      if (plan.value) result.value = await plan.value(grid, [height, width]);
      else {
        result.value = task.answer.map!.allocate([height, width]);
        inWork.push({ grid, plan, kind: task.answer.map!, map: result.value as GridInWork['map'] });
      }
    }
    results.push({ ...result, report: task.report(facts) });
  }
  if (inWork.length > 0) await enlargeGrids(raster, inWork, { signal, onStrip: tell });
  putBack({ unlessChanged: inParts });
  if (!told) tell(1, 1);
  return results;
}
