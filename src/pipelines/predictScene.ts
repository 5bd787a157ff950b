import { setImmediate } from 'node:timers/promises';
import type { Session } from '../engines/engine.js';
import { sharedSessions } from '../engines/sessions.js';
import { averaged } from '../images/averaged.js';
import { guidedEnlargement } from '../images/guidedEnlargement.js';
import type { Raster } from '../images/raster.js';
import { windowOf } from '../images/windowOf.js';
import type { SceneMap, SceneTaskName } from '../tasks/scene/sceneTask.js';
import type { Quality } from '../tasks/task.js';
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
}

/** A map of a photo, and what is told of it. */
export interface PredictedMap {
  map: SceneMap;
  report: Record<string, unknown>;
}

/** Values that are enlarged at one time: bands of rows keep the memory of a large photo small. */
const BAND = 4e6;

/**
 * Maps of the scene in a photo, of its size, from one run of each network that they need (two with `best`).
 *
 * @returns by the names of the tasks
 * @throws PerpixelError E_MODEL where the model lacks what is asked for
 */
export async function predictScene(
  raster: Raster,
  asked: readonly AskedScene[],
  { open = sharedSessions.open, quality = 'balanced', photo, signal }: PredictSceneOptions = {},
): Promise<Partial<Record<SceneTaskName, PredictedMap>>> {
  const [height, width, channels] = raster.pixels.shape;
  const networks = sceneAnswers(raster, { open, quality, photo, signal });
  const maps: Partial<Record<SceneTaskName, PredictedMap>> = {};
  for (const { task, options } of asked) {
    const { answer, facts } = await networks.answer({ task, options });
    const rowsOf = guidedEnlargement(answer, averaged(raster, answer.shape[0], answer.shape[1]), [height, width]);
    const map = task.allocate([height, width]);
    const band = Math.max(1, Math.floor(BAND / (width * Math.max(answer.shape[2], channels))));
    for (let y = 0; y < height; y += band) {
      const rows = windowOf(raster, { y, x: 0, height: Math.min(band, height - y), width });
      task.finish(rowsOf(rows, y), map, y * width, facts);
      // Others have their turn, and a stop is seen.
      await setImmediate();
      signal?.throwIfAborted();
    }
    maps[task.name] = { map, report: task.report(facts) };
  }
  return maps;
}
