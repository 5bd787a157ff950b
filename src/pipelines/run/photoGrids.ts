import ndarray from 'ndarray';
import type { Answer } from '../../answers/answer.js';
import { PerpixelError } from '../../core/errors.js';
import { parseOptions } from '../../core/parseOptions.js';
import type { NamedTensors, Session } from '../../engines/engine.js';
import { averaged } from '../../images/averaged.js';
import type { Pixels, Raster } from '../../images/raster.js';
import { resizeBilinear } from '../../images/resizeBilinear.js';
import type { GridOf, PlaneInput, Remarks, WholePlan } from '../../tasks/plan.js';
import type { AnyTask } from '../../tasks/task.js';
import { toTensor } from '../../tasks/toTensor.js';
import { ask } from './ask.js';
import { type PlanContext, planOf } from './planOf.js';

/** A run of a network: on the photo, and on the mirrored one where that is asked for, once. */
interface Run {
  outputs: NamedTensors;
  mirrored(): Promise<NamedTensors>;
}

/** How much larger than the photos of training, pixel by pixel, the network's picture is: it has to be as soft as those were. */
const SOFTNESS = 1.1;

/**
 * What networks that see the whole photo say of it, on their own grids. A network that several tasks ask in the same way runs once;
 * with `best`, twice at each size that the plan has, and the answers to the photo and to the mirrored photo are averaged. `views` gives
 * the two of `seen` by themselves.
 *
 * @throws PerpixelError E_MODEL where the model lacks what is asked for
 */
export function photoGrids(raster: Raster, context: PlanContext) {
  const { quality, signal } = context;
  const runs = new Map<string, Promise<Run>>();

  async function start(session: Session, { seen, inputs }: WholePlan): Promise<Run> {
    const { card } = session.model;
    const soft = averaged(raster, Math.round(seen[0] / SOFTNESS), Math.round(seen[1] / SOFTNESS));
    const picture = resizeBilinear(soft, ...seen);
    const beside = (await inputs?.(gridOf, seen)) ?? {};
    const run = (image: Pixels, planes: Record<string, Pixels>) =>
      ask(session, { image: toTensor(image, card), ...tensors(planes) }, signal);
    const outputs = await run(
      picture,
      mapped(beside, ({ pixels }) => pixels),
    );
    const mirror = ({ pixels, answer }: PlaneInput) => mirrored(pixels, answer);
    let other: Promise<NamedTensors> | undefined;
    return {
      outputs,
      mirrored() {
        other ??= run(mirrored(picture), mapped(beside, mirror));
        return other;
      },
    };
  }

  function runOf(task: AnyTask, session: Session, plan: WholePlan): Promise<Run> {
    // What is given beside the picture is the task's own.
    const key = [session.model.path, ...plan.seen, plan.inputs ? task.name : ''].join('|');
    const running = runs.get(key) ?? start(session, plan);
    runs.set(key, running);
    return running;
  }

  async function run(task: AnyTask, session: Session, plan: WholePlan): Promise<Pixels> {
    const own =
      quality === 'best'
        ? await overViews(task, session, plan)
        : read(task, session, plan, (await runOf(task, session, plan)).outputs);
    const others = await plan.alsoSaid?.(gridOf);
    const grid = others ? averagedWith(own, others) : own;
    return (await plan.refine?.(grid)) ?? grid;
  }

  function averagedWith(own: Pixels, others: Pixels): Pixels {
    const [rows, columns, values] = own.shape;
    if (others.shape[2] !== values) throw new Error(`others say ${others.shape[2]} values, not ${values}`);
    return mean([own, resizeBilinear(others, rows, columns)]);
  }

  async function overViews(task: AnyTask, session: Session, plan: WholePlan): Promise<Pixels> {
    const grids: Pixels[] = [];
    for (const seen of [plan.seen, ...(plan.alsoSeen ?? [])]) {
      for (const view of await views(task, session, { ...plan, seen })) {
        grids.push(grids.length === 0 ? view : resizeBilinear(view, grids[0].shape[0], grids[0].shape[1]));
      }
    }
    return mean(grids);
  }

  const read = (task: AnyTask, session: Session, plan: WholePlan, from: NamedTensors): Pixels => {
    const output = outputOf(from, plan.output ?? task.name, session);
    return plan.read ? plan.read(output) : output;
  };

  async function views(task: AnyTask, session: Session, plan: WholePlan): Promise<[Pixels, Pixels]> {
    const { outputs, mirrored: other } = await runOf(task, session, plan);
    // The photo before its mirror image: what a depth is scaled by is found in the first that is read.
    const grid = read(task, session, plan, outputs);
    return [grid, mirrored(read(task, session, plan, await other()), task.answer)];
  }

  const gridOf: GridOf = async (task, options = {}) => {
    const asked = { task, options: parseOptions(task.options, options) };
    const { session, plan } = await planOf(raster, asked, context);
    if (plan?.kind !== 'whole') throw new Error(`${task.name} has no grid: its network does not see the whole photo`);
    return run(task, session, plan);
  };

  async function remarks(task: AnyTask, session: Session, plan: WholePlan): Promise<Remarks | undefined> {
    return plan.remarks?.((await runOf(task, session, plan)).outputs);
  }

  return { run, views, remarks };
}

/** Of grids of one size, in place of the first. */
function mean([grid, ...others]: readonly Pixels[]): Pixels {
  for (let i = 0; i < grid.data.length; i++) {
    let sum = grid.data[i];
    for (const other of others) sum += other.data[i];
    grid.data[i] = sum / (others.length + 1);
  }
  return grid;
}

const mapped = <From, To>(record: Readonly<Record<string, From>>, to: (value: From) => To): Record<string, To> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, to(value)]));

const tensors = (planes: Readonly<Record<string, Pixels>>): NamedTensors =>
  mapped(planes, (plane) => {
    const channels = plane.shape[2] as 1 | 3;
    return toTensor(plane, { channels, normalisation: { mean: [0], scale: [1] } });
  });

/** `[1, c, rows, columns]` to `[rows, columns, c]`. */
function outputOf(outputs: NamedTensors, name: string, { model }: Session): Pixels {
  const all = Object.entries(outputs);
  // Other people's networks call their only output what they like, and may leave out that it is of one channel.
  const output = outputs[name] ?? (all.length === 1 ? all[0][1] : undefined);
  const dims = output?.dims.length === 3 ? [output.dims[0], 1, ...output.dims.slice(1)] : output?.dims;
  if (output === undefined || dims?.length !== 4) {
    const received = all.map(([own, { dims: size }]) => `${own} ${size.join(' x ')}`);
    throw new PerpixelError({
      code: 'E_MODEL',
      subject: model.path,
      received: `outputs ${received.join(', ')}`,
      expected: `one named ${name}`,
      cure: 'This model does not fit the task: `perpixel models` tells what each is for.',
    });
  }
  const [, channels, rows, columns] = dims;
  const size = rows * columns;
  const values = new Float32Array(size * channels);
  for (let c = 0; c < channels; c++) {
    for (let i = 0; i < size; i++) values[i * channels + c] = output.data[c * size + i];
  }
  return ndarray(values, [rows, columns, channels]);
}

/** Left and right changed, as a copy, and what else an answer changes then. */
function mirrored({ data, shape: [height, width, channels] }: Pixels, answer?: Pick<Answer, 'mirror'>): Pixels {
  const turned = new Float32Array(data.length);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = width - 1; x >= 0; x--) {
      for (let c = 0; c < channels; c++) turned[i++] = data[(y * width + x) * channels + c];
    }
  }
  const result = ndarray(turned, [height, width, channels]);
  answer?.mirror?.(result);
  return result;
}
