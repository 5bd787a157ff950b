import { setImmediate } from 'node:timers/promises';
import ndarray from 'ndarray';
import type { NamedTensors, Session } from '../engines/engine.js';
import { sharedSessions } from '../engines/sessions.js';
import { PerpixelError } from '../errors.js';
import { averaged } from '../images/averaged.js';
import { guidedEnlargement } from '../images/guidedEnlargement.js';
import type { Pixels, Raster } from '../images/raster.js';
import { resizeBilinear } from '../images/resizeBilinear.js';
import { windowOf } from '../images/windowOf.js';
import type { SceneMap, SceneTask, SceneTaskName } from '../tasks/scene/sceneTask.js';
import { workingSize } from '../tasks/scene/workingSize.js';
import type { Quality } from '../tasks/task.js';
import { toTensor } from '../tasks/toTensor.js';

/** A task with its options, as `parseOptions` gives them. */
export interface AskedScene {
  // biome-ignore lint/suspicious/noExplicitAny: tasks of several options and facts side by side.
  task: SceneTask<any, any>;
  options: unknown;
}

export interface PredictSceneOptions {
  /** Gives the session of a model by its name in weights/index.json. @default sharedSessions.open */
  open?: (model: string) => Promise<Session>;
  /** `best` averages with the answer to the mirrored photo. @default 'balanced' */
  quality?: Quality;
  signal?: AbortSignal;
}

/** A map of a photo, and what is told of it. */
export interface PredictedMap {
  map: SceneMap;
  report: Record<string, unknown>;
}

/** The model that answers all of them. */
const MODEL = 'scene';
/** How much larger than the photos of training, pixel by pixel, the network's picture is: it has to be as soft as those were. */
const SOFTNESS = 1.1;
/** Values that are enlarged at one time: bands of rows keep the memory of a large photo small. */
const BAND = 4e6;

/**
 * Maps of the scene in a photo, of its size, all from one run of the network (two with `best`).
 *
 * @returns by the names of the tasks
 * @throws PerpixelError E_MODEL where the model lacks what is asked for
 */
export async function predictScene(
  raster: Raster,
  asked: readonly AskedScene[],
  { open = sharedSessions.open, quality = 'balanced', signal }: PredictSceneOptions = {},
): Promise<Partial<Record<SceneTaskName, PredictedMap>>> {
  const session = await open(MODEL);
  signal?.throwIfAborted();
  const [height, width, channels] = raster.pixels.shape;
  const { card } = session.model;
  const seen = workingSize(height, width, card.stride);
  const soft = averaged(raster, Math.round(seen[0] / SOFTNESS), Math.round(seen[1] / SOFTNESS));
  const picture = resizeBilinear(soft, ...seen);
  const outputs = await session.run({ image: toTensor(picture, card) }, { signal });
  const mirroredOutputs =
    quality === 'best' ? await session.run({ image: toTensor(mirrored(picture), card) }, { signal }) : undefined;

  const maps: Partial<Record<SceneTaskName, PredictedMap>> = {};
  for (const { task, options } of asked) {
    const facts = await task.measure(raster, options, seen, card);
    const answer = task.read(outputOf(outputs, task.name, session), facts);
    if (mirroredOutputs) {
      const other = mirrored(task.read(outputOf(mirroredOutputs, task.name, session), facts));
      task.unmirror?.(other);
      for (let i = 0; i < answer.data.length; i++) answer.data[i] = (answer.data[i] + other.data[i]) / 2;
    }
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

/** `[1, c, rows, columns]` to `[rows, columns, c]`. */
function outputOf(outputs: NamedTensors, name: string, { model }: Session): Pixels {
  const output = outputs[name];
  if (output?.dims.length !== 4) {
    const received = Object.entries(outputs).map(([own, { dims }]) => `${own} ${dims.join(' x ')}`);
    throw new PerpixelError({
      code: 'E_MODEL',
      subject: model.path,
      received: `outputs ${received.join(', ')}`,
      expected: `one named ${name}`,
      cure: 'This model does not fit the task: `perpixel models` tells what each is for.',
    });
  }
  const [, channels, rows, columns] = output.dims;
  const size = rows * columns;
  const values = new Float32Array(size * channels);
  for (let c = 0; c < channels; c++) {
    for (let i = 0; i < size; i++) values[i * channels + c] = output.data[c * size + i];
  }
  return ndarray(values, [rows, columns, channels]);
}

/** Left and right changed, as a copy. */
function mirrored({ data, shape: [height, width, channels] }: Pixels): Pixels {
  const turned = new Float32Array(data.length);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = width - 1; x >= 0; x--) {
      for (let c = 0; c < channels; c++) turned[i++] = data[(y * width + x) * channels + c];
    }
  }
  return ndarray(turned, [height, width, channels]);
}
