import { setImmediate } from 'node:timers/promises';
import type { Session } from '../engines/engine.js';
import { sharedSessions } from '../engines/sessions.js';
import { averaged } from '../images/averaged.js';
import { guidedClasses } from '../images/guidedClasses.js';
import { guidedEnlargement } from '../images/guidedEnlargement.js';
import type { Pixels, Raster } from '../images/raster.js';
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

/** What becomes of a task's answer. */
interface MapParts {
  task: AskedScene['task'];
  facts: unknown;
  rowsOf(rows: Pixels, y: number): ArrayLike<number>;
  /** Of each pixel that is enlarged. */
  values: number;
  map: SceneMap;
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
  const size = [height, width] as const;
  const parts: MapParts[] = [];
  const guides = new Map<string, Pixels>();
  for (const { task, options } of asked) {
    const { answer, facts } = await networks.answer({ task, options });
    const [rows, columns, values] = answer.shape;
    const guide = guides.get(`${rows} x ${columns}`) ?? averaged(raster, rows, columns);
    guides.set(`${rows} x ${columns}`, guide);
    const rowsOf = task.chooses ? guidedClasses(answer, guide, size) : guidedEnlargement(answer, guide, size);
    parts.push({ task, facts, rowsOf, values: task.chooses ? 1 : values, map: task.allocate(size) });
  }
  const band = Math.max(1, Math.floor(BAND / (width * Math.max(channels, ...parts.map(({ values }) => values)))));
  for (let y = 0; y < height; y += band) {
    const rows = windowOf(raster, { y, x: 0, height: Math.min(band, height - y), width });
    for (const { task, facts, rowsOf, map } of parts) {
      task.finish(rowsOf(rows, y), map, y * width, facts);
      // Others have their turn, and a stop is seen.
      await setImmediate();
      signal?.throwIfAborted();
    }
  }
  return Object.fromEntries(parts.map(({ task, facts, map }) => [task.name, { map, report: task.report(facts) }]));
}
