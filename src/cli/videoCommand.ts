import path from 'node:path';
import * as z from 'zod';
import type { VideoView } from '../answers/answer.js';
import { PerpixelError } from '../core/errors.js';
import type { ModelCard } from '../onnx/modelFile.js';
import type { AnyTask } from '../tasks/task.js';
import { shownChroma, usualCodec } from '../video/codecs.js';
import type { Frame, FrameWithResult } from '../video/frame.js';
import type { Chroma } from '../video/layout.js';
import type { Command, ExitCode } from './command.js';
import { modelsOf, ownCard } from './engineOptions.js';
import type { Io } from './io.js';
import { optionError } from './optionError.js';
import { printable } from './printable.js';
import { schemaOptions, schemaValues } from './schemaOptions.js';
import { type VideoArgs, videoOptions, videoSchema } from './videoOptions.js';
import type { OperatorContext, VideoWork } from './videoWork.js';

const steadiness = z.object({
  memory: z
    .int()
    .min(1)
    .default(12)
    .describe('Frames that a value is the mean of while nothing moves there; 1: each frame by itself'),
});

const together = z.object({
  frames: z
    .int()
    .min(1)
    .max(60)
    .optional()
    .describe('Frames that one is made from at most; 1: each by itself. 24 for files, 1 for pipes and --live'),
});
/** At 25 a second, a second. */
const FRAMES_OF_FILES = 24;

/** What holds frames of a task together: the options for it. */
export function heldSchema({ overTime, answer: { video } }: AnyTask) {
  if (overTime) return together;
  return video?.steady !== undefined || video?.hold !== undefined ? steadiness : z.object({});
}

/** Their values. @param isFile those behind a frame can be waited for */
export function heldValues(
  task: AnyTask,
  args: Record<string, unknown>,
  { isFile = true } = {},
): { frames: number; memory: number } {
  const values = schemaValues(heldSchema(task) as z.ZodType<{ frames?: number; memory?: number }>, args);
  const { frames = task.overTime && isFile ? FRAMES_OF_FILES : 1, memory = 1 } = values;
  return { frames, memory };
}

/** Whether a task's results can be frames. */
export const isForVideo = ({ answer }: AnyTask): boolean => answer.isPhoto === true || answer.video !== undefined;

/** The command of a task on each frame of a video: `perpixel video TASK IN -o OUT`. */
export function videoCommand(task: AnyTask): Command {
  const { name, summary, answer } = task;
  const asked = `${summary}:`;
  const view: VideoView | undefined = answer.video;
  const held = heldSchema(task);
  const isHeld = held === steadiness;
  return {
    command: `${name} <input..>`,
    describe: `${summary}, ${task.overTime ? 'over time' : `frame by frame${isHeld ? ' and steady over time' : ''}`}`,
    declare: (parser) =>
      parser
        .positional('input', {
          type: 'string',
          array: true,
          default: undefined,
          describe: 'Video files, folders of them, an address, or - for y4m or raw frames on a pipe',
        })
        .options({
          ...withoutSides(task, schemaOptions(task.options, asked)),
          ...schemaOptions(held, asked),
          ...(view && schemaOptions(view.options, asked)),
          ...videoOptions(answer.isPhoto === true),
        })
        .alias('o', 'output')
        .example([
          answer.isPhoto
            ? [`$0 video ${name} in.mp4 -o out.mp4`, 'Sound, timing and colour tags as they came']
            : [`$0 video ${name} in.mp4 -o ${name}.mp4`, 'Pictures, in one range for the whole video'],
          ...(view?.line
            ? [[`$0 video ${name} in.mp4 -o ${name}${LINES}`, 'A line of JSON a frame'] as [string, string]]
            : []),
          [`$0 video ${name} clips more.mov -o out`, 'Several, and folders: each result under its own name in out'],
          [`ffmpeg ... -f yuv4mpegpipe - | $0 video ${name} - -o - | ffmpeg -i - ...`, 'Between two pipes'],
        ]),
    async run(args, io) {
      const options = schemaValues(task.options, args);
      const common = schemaValues(videoSchema(answer.isPhoto === true), args);
      const [{ runVideo }, { videoJobs }] = await Promise.all([import('./runVideo.js'), import('./videoList.js')]);
      const jobs = await videoJobs(args.input as string[], common.output);
      const card = await ownCard(common);
      const making = jobs.map(async (job): Promise<Made> => {
        const given = { ...common, ...job };
        if (view) return shownWork(task, view, options, args, given, card);
        return { work: await restoringWork(task, options, args, given, card), given };
      });
      const made = await Promise.all(making);
      const models = await modelsOf(task.modelTasks ?? [name], { ...made[0].given, tile: common.tile }, io);
      try {
        if (made.length === 1) return await runVideo(made[0].work, made[0].given, models, io);
        return await runEach(made, (each) => runVideo(each.work, each.given, models, io), io);
      } finally {
        await models.dispose();
      }
    },
  };
}

interface Made {
  work: VideoWork;
  given: VideoArgs;
}

async function restoringWork(
  task: AnyTask,
  options: unknown,
  args: Record<string, unknown>,
  { input, live, tile, region, quality, segment }: VideoArgs,
  { scale = 1 }: Partial<ModelCard> = {},
): Promise<VideoWork> {
  const { frames } = heldValues(task, args, { isFile: input !== '-' && !live && scale === 1 });
  const { frameWork } = await import('../video/frameWork.js');
  return {
    task: task.name,
    words: task.words,
    options: { ...(options as object), ...(task.overTime && { frames }), region, scale },
    ...frameWork(task, options as object, { tile, region, quality, frames, scale, segment }),
  };
}

/** The options without the flags that ask for files beside: of a video there are none. */
function withoutSides<Kind>(
  { sideFiles = {} }: AnyTask,
  options: Readonly<Record<string, Kind>>,
): Record<string, Kind> {
  return Object.fromEntries(Object.entries(options).filter(([name]) => sideFiles[name]?.isFlag !== true));
}

/** Results that are no photos, as pictures, steady over time. */
async function shownWork(
  task: AnyTask,
  view: VideoView,
  options: unknown,
  args: Record<string, unknown>,
  common: VideoArgs,
  card: ModelCard | undefined,
): Promise<Made> {
  const { memory } = heldValues(task, args);
  const shown = schemaValues(view.options, args) as Record<string, unknown>;
  const given = { ...common, codec: codecOf(view, shown, common.codec) };
  const { region, quality, segment } = given;
  if (region && !task.answer.map) {
    throw optionError(
      'region',
      `${task.name}, whose results are about whole frames`,
      'a task of frames or maps',
      'Leave it out.',
    );
  }
  const pictures = { ...shown, chroma: chromaOf(given) };
  const legend = given.output === '-' ? undefined : task.legend?.(options, card);
  const legendAt = legendFile(given.output, task.name);
  const { line } = view;
  const isLines = line !== undefined && path.extname(given.output).toLowerCase() === LINES;
  const { frameWork } = await import('../video/frameWork.js');
  const how = { region, quality, memory, segment, ...(!isLines && { pictures }) };
  const { formatOf, operator } = frameWork(task, options as object, how);
  const work: VideoWork = {
    task: task.name,
    options: { ...(options as object), ...pictures, memory, region },
    ...(isLines && { line: (frame: Frame) => line((frame as FrameWithResult).result.value) }),
    formatOf,
    async operator(context: OperatorContext) {
      if (legend) {
        const { requireLegend } = await import('./writeLegend.js');
        await requireLegend(legendAt, legend, given.overwrite);
      }
      return operator(context);
    },
    async finish() {
      if (legend === undefined) return;
      const { writeLegend } = await import('./writeLegend.js');
      await writeLegend(legendAt, legend, given.overwrite);
    },
  };
  return { work, given };
}

/** A result of this name is a line of JSON a frame, where the answer has such. */
const LINES = '.jsonl';

/** `street.mkv` has `street.labels.json` beside it, and `labels.mp4` has `labels.json`. */
function legendFile(output: string, task: string): string {
  const { dir, name } = path.parse(output);
  const isNamed = name.toLowerCase() === task || name.toLowerCase().endsWith(`.${task}`);
  return path.join(dir, isNamed ? `${name}.json` : `${name}.${task}.json`);
}

/** Other programs get the colour of each pixel. */
function chromaOf({ codec, output }: Pick<VideoArgs, 'codec' | 'output'>): Chroma {
  if (output === '-' || ['.y4m', LINES].includes(path.extname(output).toLowerCase())) return '444';
  return shownChroma(codec ?? usualCodec(output));
}

/** Numbers are kept by a lossless codec alone. @throws PerpixelError E_OPTION what does not go together */
export function codecOf(
  view: VideoView,
  shown: Record<string, unknown>,
  codec: VideoArgs['codec'],
): VideoArgs['codec'] {
  if (view.layout(shown) !== 'numbers') return codec;
  if (codec !== undefined && codec !== 'ffv1') {
    const expected = 'ffv1 for frames that are numbers';
    throw optionError('codec', codec, expected, 'Leave it out, and give the output a name in .mkv.');
  }
  return 'ffv1';
}

/** One video after the other: whatever is wrong with one is told of, and the others are done. */
async function runEach(all: readonly Made[], run: (each: Made) => Promise<ExitCode>, io: Io): Promise<ExitCode> {
  let code: ExitCode = 0;
  for (const each of all) {
    const { input, output, json, quiet } = each.given;
    if (json) io.stdout.write(`${JSON.stringify({ event: 'video', input, output })}\n`);
    else if (!quiet) io.stderr.write(`${printable(input)} -> ${printable(output)}\n`);
    const own = await run(each).catch((error: unknown) => {
      if (io.signal.aborted || !(error instanceof PerpixelError)) throw error;
      io.stderr.write(`perpixel: ${error.code} ${printable(error.message)}\n`);
      return 1 as const;
    });
    if (io.signal.aborted) return 130;
    if (own !== 0) code = 1;
  }
  return code;
}
