import ndarray from 'ndarray';
import { PerpixelError } from '../../core/errors.js';
import type { NamedTensors, Session } from '../../engines/engine.js';
import { averaged } from '../../images/averaged.js';
import type { Pixels, Raster } from '../../images/raster.js';
import { resizeBilinear } from '../../images/resizeBilinear.js';
import { depth } from '../../tasks/depth/task.js';
import { normals } from '../../tasks/normals/task.js';
import type { SceneTask, Size } from '../../tasks/scene/sceneTask.js';
import { workingSize } from '../../tasks/scene/workingSize.js';
import type { Quality } from '../../tasks/task.js';
import { toTensor } from '../../tasks/toTensor.js';

/** A task with its options, as `parseOptions` gives them. */
export interface AskedScene {
  // biome-ignore lint/suspicious/noExplicitAny: tasks of several options and facts side by side.
  task: SceneTask<any, any>;
  options: unknown;
}

export interface SceneAnswersOptions {
  /** Gives the session of a model by its name in weights/index.json. */
  open: (model: string) => Promise<Session>;
  quality: Quality;
  /** Path of the photo below the folder that holds all inputs, where it is a file. */
  photo?: string;
  signal?: AbortSignal;
}

/** What a network says for a task, on its own grid, and what the task knows of the photo. */
export interface SceneAnswer {
  /** `[rows, columns, c]`, as the task reads it. */
  answer: Pixels;
  facts: unknown;
}

/** A run of a network: on the photo, and with `best` on the mirrored one. */
interface Run {
  session: Session;
  seen: Size;
  outputs: NamedTensors;
  mirroredOutputs?: NamedTensors;
}

/** The model of tasks that do not name another. */
const MODEL = 'scene';
/** How much larger than the photos of training, pixel by pixel, the network's picture is: it has to be as soft as those were. */
const SOFTNESS = 1.1;

/**
 * What networks say of a photo, each of them run once, whatever is asked.
 *
 * @throws PerpixelError E_MODEL where the model lacks what is asked for
 */
export function sceneAnswers(raster: Raster, { open, quality, photo, signal }: SceneAnswersOptions) {
  const runs = new Map<string, Promise<Run>>();

  async function run(model: string, { task, options }: AskedScene): Promise<Run> {
    const session = await open(model);
    signal?.throwIfAborted();
    const { card } = session.model;
    const [height, width] = raster.pixels.shape;
    const seen = workingSize(height, width, card.stride, task.area?.(options));
    const soft = averaged(raster, Math.round(seen[0] / SOFTNESS), Math.round(seen[1] / SOFTNESS));
    const picture = resizeBilinear(soft, ...seen);
    const beside = (await task.beside?.(raster, options, { seen, photo, predicted })) ?? {};
    const outputs = await session.run({ image: toTensor(picture, card), ...tensors(beside) }, { signal });
    if (quality !== 'best') return { session, seen, outputs };
    const besideMirrored = Object.fromEntries(
      Object.entries(beside).map(([name, pixels]) => [name, mirrored(pixels, name === 'normals' ? normals : {})]),
    );
    const image = toTensor(mirrored(picture), card);
    return {
      session,
      seen,
      outputs,
      mirroredOutputs: await session.run({ image, ...tensors(besideMirrored) }, { signal }),
    };
  }

  async function answer(asked: AskedScene): Promise<SceneAnswer> {
    const { task, options } = asked;
    const model = task.model?.(options) ?? MODEL;
    const running = runs.get(model) ?? run(model, asked);
    runs.set(model, running);
    const { session, seen, outputs, mirroredOutputs } = await running;
    const facts = await task.measure(raster, options, seen, session.model.card);
    const said = task.read(outputOf(outputs, task.name, session), facts);
    if (mirroredOutputs) {
      const other = mirrored(task.read(outputOf(mirroredOutputs, task.name, session), facts), task);
      for (let i = 0; i < said.data.length; i++) said.data[i] = (said.data[i] + other.data[i]) / 2;
    }
    return { answer: said, facts };
  }

  async function predicted(): Promise<{ depth: Pixels; normals: Pixels }> {
    // Not awaited one by one: where the first fails, nobody would hear of the second, and that ends the process.
    const [far, facing] = await Promise.all([depth, normals].map((task) => answer({ task, options: {} })));
    return { depth: far.answer, normals: facing.answer };
  }

  return { answer };
}

const tensors = (pixels: Readonly<Record<string, Pixels>>): NamedTensors =>
  Object.fromEntries(
    Object.entries(pixels).map(([name, value]) => {
      const channels = value.shape[2] as 1 | 3;
      return [name, toTensor(value, { channels, normalisation: { mean: [0], scale: [1] } })];
    }),
  );

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

/** Left and right changed, as a copy, and what else a task changes then. */
function mirrored(
  { data, shape: [height, width, channels] }: Pixels,
  { unmirror }: Pick<SceneTask, 'unmirror'> = {},
): Pixels {
  const turned = new Float32Array(data.length);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = width - 1; x >= 0; x--) {
      for (let c = 0; c < channels; c++) turned[i++] = data[(y * width + x) * channels + c];
    }
  }
  const result = ndarray(turned, [height, width, channels]);
  unmirror?.(result);
  return result;
}
