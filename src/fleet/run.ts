import * as z from 'zod';
import { PerpixelError } from '../core/errors.js';
import { parseOptions } from '../core/parseOptions.js';
import { picturedSchema } from '../tasks/besideResults.js';
import { companionNames, companionWords } from '../tasks/companion.js';
import { taskNamed } from '../tasks/registry.js';
import type { AnyTask, Asked } from '../tasks/task.js';
import { codecNames } from '../video/codecs.js';
import { type Place, placeOf, requireWithin, within } from './place.js';
import { runKey } from './runKey.js';

const runSchema = z.strictObject({
  input: z.string(),
  output: z.string(),
  tasks: z.array(z.strictObject({ name: z.string(), options: z.record(z.string(), z.unknown()) })).min(1),
  format: z.string().optional(),
  bitDepth: z.literal([8, 16]).optional(),
  pictures: z.boolean().optional(),
  /** How pictures show results, as their answers' `pictureOptions` have it. */
  pictured: z.record(z.string(), z.unknown()).optional(),
  /** The part of each photo that results are of. */
  region: z
    .strictObject({ y: z.int().min(0), x: z.int().min(0), height: z.int().min(1), width: z.int().min(1) })
    .optional(),
  quality: z.enum(['fast', 'balanced', 'best']),
  limitPixels: z.int().min(1),
  tile: z.int().min(1).optional(),
  /** Where the task is done on the frames of videos. `format` is their container. */
  video: z
    .strictObject({
      codec: z.enum(codecNames).optional(),
      crf: z.number().min(0).max(63).optional(),
      /** Frames that a part has. */
      segment: z.int().min(1),
      frames: z.int().min(1).max(60),
      memory: z.int().min(1),
      scale: z.int().min(1),
      /** How results that are no photos are shown, as their answer's view has it. */
      shown: z.record(z.string(), z.unknown()).optional(),
      matrix: z.enum(['bt601', 'bt709', 'bt2020']).optional(),
      range: z.enum(['limited', 'full']).optional(),
    })
    .optional(),
  /** Where side files go, by the task's option. */
  sideFiles: z.record(z.string(), z.string()),
  /** An .onnx file or a model's name in place of what the tasks choose, and what its card does not say. */
  model: z.string().optional(),
  overrides: z.record(z.string(), z.unknown()),
  /** Digest of the models that the tasks may open: workers with others would give other results. */
  models: z.string().regex(/^[0-9a-f]{64}$/),
});

/** What is to be done with photos, but for which: plain data, once in the queue for all jobs of it. */
export type Run = z.infer<typeof runSchema>;

/** A run as it is worked on: checked, with its tasks. */
export interface ReadyRun {
  key: string;
  run: Run;
  asked: Asked[];
  input: Place;
  /** Where its results go. */
  output: Place;
}

/**
 * A run as the queue has it: checked as if it had been typed, since whoever reaches the queue can write there.
 *
 * @param roots the places that it may name
 * @throws PerpixelError E_OPTION
 */
export async function readyRun(key: string, text: string, roots?: readonly Place[]): Promise<ReadyRun> {
  const run = parseOptions(runSchema, parsed(text), (option) => `run ${key}, ${option}`);
  if (runKey(run) !== key) throw damaged(key, 'a run that does not fit its name');
  const asked = run.tasks.map(({ name, options }) => {
    const task = taskNamed(name);
    if (task === undefined) throw damaged(key, `a task named ${name}, which this version does not have`);
    return { task, options: parseOptions(task.options, options, (option) => `run ${key}, ${option}`) };
  });
  parseOptions(picturedSchema(asked.map(({ task }) => task)), run.pictured ?? {}, (option) => `run ${key}, ${option}`);
  const view = asked[0].task.answer.video;
  if (run.video?.shown && view) parseOptions(view.options, run.video.shown, (option) => `run ${key}, ${option}`);
  if (run.video && !view && !asked[0].task.answer.isPhoto) throw damaged(key, 'frames of a task that has none');
  const input = placeOf(run.input, `run ${key}, input`);
  const output = within(placeOf(run.output, `run ${key}, output`), key);
  const others = Object.values(run.sideFiles).map((where) => placeOf(where, `run ${key}, side files`));
  const files = [...asked.flatMap(({ task, options }) => companionFiles(task, options)), modelFile(run) ?? []].flat();
  for (const place of [input, output, ...others]) await requireWithin(place, roots);
  for (const folder of files) await requireWithin({ kind: 'folder', folder }, roots);
  return { key, run, asked, input, output };
}

/** The files and folders that a task's options name. @throws PerpixelError E_OPTION one that is no path */
function companionFiles(task: AnyTask, options: unknown): string[] {
  return companionNames(task.options).flatMap((name) => {
    const given = (options as Record<string, unknown>)[name];
    if (given === undefined || companionWords(task.options, name).includes(given as string)) return [];
    if (typeof given === 'string') return [given];
    throw damaged(task.name, `something else than a path as ${name}`);
  });
}

/** The file of a model of the user's own; undefined of one that is shipped. */
export function modelFile({ model }: Pick<Run, 'model'>): string | undefined {
  return model !== undefined && /\.onnx$|[/\\]/.test(model) ? model : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function damaged(key: string, received: string): PerpixelError {
  return new PerpixelError({
    code: 'E_OPTION',
    subject: `run ${key}`,
    received,
    expected: 'a run as perpixel fleet add writes it',
    cure: 'Use one version on all machines, and keep others out of the queue.',
  });
}
