import { setImmediate } from 'node:timers/promises';
import type { Session } from '../../engines/engine.js';
import { sharedSessions } from '../../engines/sessions.js';
import { averaged } from '../../images/averaged.js';
import { guidedClasses } from '../../images/guidedClasses.js';
import { guidedEnlargement, type MapRows } from '../../images/guidedEnlargement.js';
import { type GuideStatistics, guideStatistics } from '../../images/guideStatistics.js';
import type { Raster } from '../../images/raster.js';
import type { SceneMap, SceneTaskName } from '../../tasks/scene/sceneTask.js';
import type { Quality } from '../../tasks/task.js';
import { type AskedScene, sceneAnswers } from './sceneAnswers.js';

export type { AskedScene } from './sceneAnswers.js';

/** How the networks of the scene are run. */
export interface PredictSceneOptions {
  /** Gives the session of a model by its name in weights/index.json. @default sharedSessions.open */
  open?: (model: string) => Promise<Session>;
  /** `best` averages with the answer to the mirrored photo. @default 'balanced' */
  quality?: Quality;
  /** Path of the photo below the folder that holds all inputs, where it is a file. */
  photo?: string;
  signal?: AbortSignal;
  /** Called with 0..1: what share of the photo has its maps. */
  onProgress?: (share: number) => void;
}

/** A map of a photo, and what is told of it. */
export interface PredictedMap {
  map: SceneMap;
  /** What the task knew of the photo. */
  facts: unknown;
  report: Record<string, unknown>;
}

/** What becomes of a task's answer. */
interface MapParts {
  task: AskedScene['task'];
  facts: unknown;
  rowsOf: MapRows<Float32Array> | MapRows<Uint8Array>;
  map: SceneMap;
}

/** Pixels that are enlarged at one time: some tens of milliseconds. */
const BAND = 1e6;

/**
 * Maps of the scene in a photo, of its size, from one run of each network that they need (two with `best`).
 *
 * @returns by the names of the tasks
 * @throws PerpixelError E_MODEL where the model lacks what is asked for
 */
export async function predictScene(
  raster: Raster,
  asked: readonly AskedScene[],
  { open = sharedSessions.open, quality = 'balanced', photo, signal, onProgress }: PredictSceneOptions = {},
): Promise<Partial<Record<SceneTaskName, PredictedMap>>> {
  const [height, width] = raster.pixels.shape;
  const networks = sceneAnswers(raster, { open, quality, photo, signal });
  const parts: MapParts[] = [];
  const guides = new Map<string, GuideStatistics>();
  for (const { task, options } of asked) {
    const { answer, facts } = await networks.answer({ task, options });
    const [rows, columns] = answer.shape;
    const guide = guides.get(`${rows} x ${columns}`) ?? guideStatistics(averaged(raster, rows, columns));
    guides.set(`${rows} x ${columns}`, guide);
    const rowsOf = task.chooses
      ? guidedClasses(answer, guide, raster)
      : guidedEnlargement(answer, guide, raster, { keep: task.keeps });
    parts.push({ task, facts, rowsOf, map: task.allocate([height, width]) });
  }
  const band = Math.max(1, Math.floor(BAND / width));
  for (let y = 0; y < height; y += band) {
    const count = Math.min(band, height - y);
    for (const { task, facts, rowsOf, map } of parts) {
      const row = width * map.shape[2];
      const values = map.data.subarray(y * row, (y + count) * row);
      rowsOf(y, count, values as Float32Array & Uint8Array);
      task.finish(values, facts);
      // Others have their turn, and a stop is seen.
      await setImmediate();
      signal?.throwIfAborted();
    }
    onProgress?.((y + count) / height);
  }
  return Object.fromEntries(
    parts.map(({ task, facts, map }) => [task.name, { map, facts, report: task.report(facts) }]),
  );
}
