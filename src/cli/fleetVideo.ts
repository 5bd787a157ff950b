import * as z from 'zod';
import type { Run } from '../fleet/run.js';
import type { ModelCard } from '../onnx/modelFile.js';
import type { AnyTask } from '../tasks/task.js';
import { containers, shownChroma } from '../video/codecs.js';
import { modelSchema } from './engineOptions.js';
import { optionError } from './optionError.js';
import { schemaOptions, schemaValues } from './schemaOptions.js';
import { codecOf, heldSchema, heldValues } from './videoCommand.js';
import { videoSchema } from './videoOptions.js';

/** What decides what videos become, beside the task's own options. */
export function fleetVideoSchema({ answer }: AnyTask) {
  const asked = {
    codec: true,
    crf: true,
    segment: true,
    region: true,
    quality: true,
    matrix: true,
    range: true,
  } as const;
  const results = z.object({
    output: z.string().describe('Place of the results'),
    format: z
      .enum(containers as [string, ...string[]])
      .optional()
      .describe("Container of the results; the video's own where not given, .mkv where that is not written"),
  });
  const all = modelSchema.extend(results.shape).extend(videoSchema(answer.isPhoto === true).pick(asked).shape);
  return answer.isPhoto ? all : all.omit({ tile: true });
}

/** The options of `fleet add INPUT -o OUTPUT video TASK` beside the task's own. */
export function fleetVideoOptions(task: AnyTask) {
  const { video: view } = task.answer;
  const heading = `${task.summary}:`;
  return {
    ...schemaOptions(heldSchema(task), heading),
    ...(view && schemaOptions(view.options, heading)),
    ...schemaOptions(fleetVideoSchema(task), 'Results:'),
  };
}

/** What a run on videos is told, as workers take it. @throws PerpixelError E_OPTION */
export function fleetVideo(
  task: AnyTask,
  args: Record<string, unknown>,
  { scale = 1 }: Partial<ModelCard> = {},
): Pick<Run, 'video' | 'format'> {
  const { video: view } = task.answer;
  const { codec, crf, segment, region, matrix, range, format } = schemaValues(fleetVideoSchema(task), args);
  if (view && region && !task.answer.map) {
    const received = `${task.name}, whose results are about whole frames`;
    throw optionError('region', received, 'a task of frames or maps', 'Leave it out.');
  }
  const shown = view && (schemaValues(view.options, args) as Record<string, unknown>);
  const isNumbers = view?.layout(shown!) === 'numbers';
  const used = view ? codecOf(view, shown!, codec) : codec;
  const chroma = shownChroma(used ?? 'h264');
  return {
    // Few containers hold them.
    format: format ?? (isNumbers ? 'mkv' : undefined),
    video: {
      ...{ codec: used, crf, segment, scale, matrix, range },
      ...heldValues(task, args, { isFile: scale === 1 }),
      ...(shown && { shown: { ...shown, chroma } }),
    },
  };
}
