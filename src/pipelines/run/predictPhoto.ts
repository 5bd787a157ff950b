import ndarray from 'ndarray';
import type { MapKind } from '../../answers/answer.js';
import { PerpixelError } from '../../core/errors.js';
import { parseOptions } from '../../core/parseOptions.js';
import { models } from '../../engines/models.js';
import { croppedRaster, requireInside } from '../../images/croppedRaster.js';
import type { Pixels, Raster } from '../../images/raster.js';
import type { Window } from '../../images/readWindow.js';
import { setAside } from '../../images/setAside.js';
import type { Remarks } from '../../tasks/plan.js';
import type { Result } from '../../tasks/result.js';
import type { AboutPicture, AnyTask, Asked } from '../../tasks/task.js';
import { ask } from './ask.js';
import { enlargeGrids, type GridInWork } from './enlargeGrids.js';
import { photoGrids } from './photoGrids.js';
import { type OpenModel, planOf } from './planOf.js';
import { type PredictTiledOptions, predictTiled } from './predictTiled.js';
import { restored } from './restored.js';

/** How tasks are run on a photo. */
export interface PredictPhotoOptions extends Omit<PredictTiledOptions, 'onTile' | 'region' | 'target'>, AboutPicture {
  /**
   * Which pixels of the photo the results are of: what the whole would have there, to 1e-4. What is measured is measured in the whole
   * photo; the networks that restore it run about the region alone. In pixels of the photo, also where the result is larger. @default all
   */
  region?: Window;
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
 * other; the others leave it, and those of one network share its run. Of a region, and from a network that enlarges, the restored photo is
 * a picture of its own.
 *
 * @param asked tasks with their options, of which those left out have their defaults
 * @returns a result for each, in their order
 * @throws PerpixelError E_OPTION where an option is wrong, or a result has no regions; E_MODEL where a model lacks what is asked for; E_SIZE
 *   where the region does not lie in the photo; what the tasks throw
 */
export async function predictPhoto(
  raster: Raster,
  asked: readonly Asked[],
  { open = models.open, file, limitPixels, onProgress, region, ...how }: PredictPhotoOptions = {},
): Promise<Result[]> {
  if (region) requireInside(raster.pixels.shape, region);
  const { quality = 'balanced', signal } = how;
  const context = { open, quality, file, signal, limitPixels };
  const putBack = setAside(raster);
  const grids = photoGrids(raster, context);
  const results: Result[] = [];
  const inWork: GridInWork[] = [];
  let told = false;
  /** The restored photo, where that is a picture of its own. */
  let part: Raster | undefined;
  /** Whether nothing but parts of the photo may change. */
  let inParts = true;
  const tell = (finished: number, all: number) => {
    told ||= finished === all;
    onProgress?.(finished, all);
  };
  for (const [i, each] of asked.entries()) {
    const { task } = each;
    const options = parseOptions(task.options, each.options);
    if (region) requireParts(task);
    const planned = await planOf(raster, { task, options }, context);
    const { session, facts, plan } = planned;
    const [height, width] = raster.pixels.shape;
    const size = [height, width] as const;
    const result = {
      ...{ task, value: raster as unknown, facts, isUnchanged: plan === undefined, size, region },
      ...{ report: task.report(facts), notices: [] as readonly string[] },
    };
    const add = (remarks?: Remarks) =>
      remarks && Object.assign(result, { ...remarks, report: { ...result.report, ...remarks.report } });
    if (plan?.kind === 'tiled') {
      const { map } = plan;
      inParts &&= map !== undefined || plan.changing !== undefined;
      // Whoever follows may look at all of the photo.
      const own = { ...how, region: i === asked.length - 1 ? region : undefined, onTile: tell };
      if (map) {
        const target = { pixels: emptyMap(raster, map.channels) };
        await predictTiled(raster, plan, session, { ...own, target });
        result.value = await map.value(target.pixels, signal);
        add(map.remarks?.(result.value));
      } else {
        const { scale = 1 } = session.model.card;
        if (scale > 1 && asked.length > 1) throw notAlone(session.model.path, scale);
        const restoredPhoto = await restored(raster, plan, session, { ...own, limitPixels });
        if (restoredPhoto !== raster) part = restoredPhoto;
        if (scale > 1) add({ report: { scale }, notices: [] });
      }
    }
    if (plan?.kind === 'whole') {
      const grid = await grids.run(task, session, plan);
      add(await grids.remarks(task, session, plan));
      if (plan.value) {
        const value = await plan.value(grid, size);
        result.value = region ? task.answer.part!(value, region) : value;
      } else {
        const own = region ? ([region.height, region.width] as const) : size;
        result.value = task.answer.map!.allocate(own);
        inWork.push({ grid, plan, kind: task.answer.map!, map: result.value as GridInWork['map'] });
        if (plan.confidence) {
          const sure = await plan.confidence(grid, () => grids.views(task, session, plan));
          const confidence = confidenceMap.allocate(own);
          inWork.push({ grid: sure, plan: { finish: toShares }, kind: confidenceMap, map: confidence });
          add({ report: { confidence, meanConfidence: meanOf(sure) }, notices: result.notices });
        }
      }
    }
    if (plan?.kind === 'own') {
      const value = await plan.value((inputs) => ask(session, inputs, signal));
      result.value = region ? task.answer.part!(value, region) : value;
    }
    results.push(result);
  }
  if (inWork.length > 0) await enlargeGrids(raster, inWork, { signal, region, onStrip: tell });
  putBack({ unlessChanged: inParts });
  const photos = results.filter(({ task }) => task.answer.isPhoto);
  if (region && photos.length > 0) part ??= croppedRaster(raster, region);
  if (part) for (const result of photos) result.value = part;
  if (!told) tell(1, 1);
  return results;
}

function notAlone(model: string, scale: number): PerpixelError {
  return new PerpixelError({
    code: 'E_MODEL',
    subject: model,
    received: `a network whose answer is ${scale} times as high and as wide as the photo, for one of several tasks`,
    expected: 'one that keeps the size, as their results lie over each other',
    cure: 'Run the tasks one after the other.',
  });
}

/** Of how sure a network is of each pixel. */
const confidenceMap: MapKind<Pixels> = {
  enlarge: 'smooth',
  allocate: ([height, width]) => ndarray(new Float32Array(height * width), [height, width, 1]),
};

/** Along edges, enlarging may go a little beyond what the grid has. */
function toShares(values: Float32Array | Uint8Array): void {
  for (let i = 0; i < values.length; i++) values[i] = Math.min(1, Math.max(0, values[i]));
}

/** To three digits. */
const meanOf = ({ data }: Pixels): number =>
  Number((data.reduce((sum, value) => sum + value, 0) / data.length).toPrecision(3));

/** @throws PerpixelError E_OPTION where the task's results have no parts, for a region to be one */
export function requireParts({ name, answer }: AnyTask): void {
  if (answer.isPhoto || answer.map || answer.part) return;
  throw new PerpixelError({
    code: 'E_OPTION',
    subject: 'region',
    received: `${name}, whose results are about the whole photo`,
    expected: 'a task whose results are pictures or maps',
    cure: 'Leave it out.',
  });
}

function emptyMap({ pixels: { shape } }: Raster, channels: number): Pixels {
  const [height, width] = shape;
  return ndarray(new Float32Array(height * width * channels), [height, width, channels]);
}
