import path from 'node:path';
import * as z from 'zod';
import type { VideoView } from '../answers/answer.js';
import { requireInside } from '../images/croppedRaster.js';
import type { Window } from '../images/readWindow.js';
import type { ModelCard } from '../onnx/modelFile.js';
import type { AnyTask, Task } from '../tasks/task.js';
import { usualCodec } from '../video/codecs.js';
import type { Frame, FrameWithResult } from '../video/frame.js';
import type { Chroma } from '../video/layout.js';
import { pictureFormat } from '../video/mapPictures.js';
import type { VideoFormat } from '../video/videoFormat.js';
import type { Command } from './command.js';
import { modelsOf, ownCard } from './engineOptions.js';
import { optionError } from './optionError.js';
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

/** Whether a task's results can be frames. */
export const isForVideo = ({ answer }: AnyTask): boolean => answer.isPhoto === true || answer.video !== undefined;

/** The command of a task on each frame of a video: `perpixel video TASK IN -o OUT`. */
export function videoCommand(task: AnyTask): Command {
  const { name, summary, answer } = task;
  const asked = `${summary}:`;
  const view: VideoView | undefined = answer.video;
  const isHeld = view?.steady !== undefined || view?.hold !== undefined;
  const held = task.overTime ? together : isHeld ? steadiness : z.object({});
  return {
    command: `${name} <input..>`,
    describe: `${summary}, ${task.overTime ? 'over time' : `frame by frame${isHeld ? ' and steady over time' : ''}`}`,
    declare: (parser) =>
      parser
        .positional('input', {
          type: 'string',
          array: true,
          default: undefined,
          describe: 'Video file, address, or - for y4m or raw frames on a pipe',
        })
        .options({
          ...schemaOptions(task.options, asked),
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
          [`ffmpeg ... -f yuv4mpegpipe - | $0 video ${name} - -o - | ffmpeg -i - ...`, 'Between two pipes'],
        ]),
    async run(args, io) {
      const options = schemaValues(task.options, args);
      const common = { ...schemaValues(videoSchema(answer.isPhoto === true), args), input: oneInput(args.input) };
      const { runVideo } = await import('./runVideo.js');
      const made: Made = view
        ? shownWork(task, view, options, args, common, await ownCard(common))
        : { work: restoringWork(task, options, args, common, await ownCard(common)), given: common };
      const models = await modelsOf(task.modelTasks ?? [name], { ...made.given, tile: common.tile }, io);
      try {
        return await runVideo(made.work, made.given, models, io);
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

function restoringWork(
  task: AnyTask,
  options: unknown,
  args: Record<string, unknown>,
  { input, live, tile, region, quality }: VideoArgs,
  { scale = 1 }: Partial<ModelCard> = {},
): VideoWork {
  const { frames = input === '-' || live || scale > 1 ? 1 : FRAMES_OF_FILES } = task.overTime
    ? schemaValues(together, args)
    : { frames: 1 };
  return {
    task: task.name,
    words: task.words,
    options: { ...(options as object), ...(task.overTime && { frames }), region, scale },
    formatOf(source: VideoFormat) {
      const { width, height } = partOf(source, region);
      return { ...source, width: scale * width, height: scale * height };
    },
    async operator({ open, from, onMeasured }: OperatorContext) {
      const { predictFrames } = await import('../video/predictFrames.js');
      return predictFrames(task, options as object, { open, tile, region, quality, frames, from, onMeasured });
    },
  };
}

/** Results that are no photos, as pictures, steady over time. */
function shownWork(
  task: AnyTask,
  view: VideoView,
  options: unknown,
  args: Record<string, unknown>,
  common: VideoArgs,
  card: ModelCard | undefined,
): Made {
  const { memory } = view.steady || view.hold ? schemaValues(steadiness, args) : { memory: 1 };
  const shown = schemaValues(view.options, args) as Record<string, unknown>;
  const given = { ...common, codec: codecOf(view, shown, common.codec) };
  const { region } = given;
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
  const work: VideoWork = {
    task: task.name,
    options: { ...(options as object), ...pictures, memory, region },
    ...(isLines && { line: (frame: Frame) => line((frame as FrameWithResult).result.value) }),
    formatOf: (source: VideoFormat) => pictureFormat(partOf(source, region), task, pictures),
    async operator({ open, from }: OperatorContext) {
      if (legend) {
        const { requireLegend } = await import('./writeLegend.js');
        await requireLegend(legendAt, legend, given.overwrite);
      }
      const [{ filter, identity, pipe }, { predictFrames }, { steady, warmUp }, { mapPictures }, { cutMaps }] =
        await Promise.all([
          import('rxjs'),
          import('../video/predictFrames.js'),
          import('../video/steady.js'),
          import('../video/mapPictures.js'),
          import('../video/cutMaps.js'),
        ]);
      const isSteady = memory > 1;
      const first = Math.max(0, from - (isSteady ? warmUp(memory) : 0));
      const how = { open, quality: given.quality, from: first };
      return pipe(
        predictFrames(task as Task<object, unknown, unknown, object>, options as object, how),
        isSteady ? steady({ memory }) : identity,
        // What is steady is decided in the whole frame.
        region ? cutMaps(region) : identity,
        filter(({ index }) => index >= from),
        isLines ? identity : mapPictures(pictures),
      );
    },
    async finish() {
      if (legend === undefined) return;
      const { writeLegend } = await import('./writeLegend.js');
      await writeLegend(legendAt, legend, given.overwrite);
    },
  };
  return { work, given };
}

/** A video that shows a part of another. @throws PerpixelError E_SIZE the part does not lie in it */
function partOf(source: VideoFormat, region: Window | undefined): VideoFormat {
  if (region === undefined) return source;
  requireInside([source.height, source.width], region);
  return { ...source, width: region.width, height: region.height };
}

/** A result of this name is a line of JSON a frame, where the answer has such. */
const LINES = '.jsonl';

/** `street.mkv` has `street.labels.json` beside it, and `labels.mp4` has `labels.json`. */
function legendFile(output: string, task: string): string {
  const { dir, name } = path.parse(output);
  const isNamed = name.toLowerCase() === task || name.toLowerCase().endsWith(`.${task}`);
  return path.join(dir, isNamed ? `${name}.json` : `${name}.${task}.json`);
}

/** What players have to show is 4:2:0; other programs and lossless files get the colour of each pixel. */
function chromaOf({ codec, output }: Pick<VideoArgs, 'codec' | 'output'>): Chroma {
  if (output === '-' || ['.y4m', LINES].includes(path.extname(output).toLowerCase())) return '444';
  return ['ffv1', 'prores'].includes(codec ?? usualCodec(output)) ? '444' : '420';
}

/** Numbers are kept by a lossless codec alone. @throws PerpixelError E_OPTION what does not go together */
function codecOf(view: VideoView, shown: Record<string, unknown>, codec: VideoArgs['codec']): VideoArgs['codec'] {
  if (view.layout(shown) !== 'numbers') return codec;
  if (codec !== undefined && codec !== 'ffv1') {
    const expected = 'ffv1 for frames that are numbers';
    throw optionError('codec', codec, expected, 'Leave it out, and give the output a name in .mkv.');
  }
  return 'ffv1';
}

/** @throws PerpixelError E_OPTION there are several */
function oneInput(inputs: unknown): string {
  const [input, ...others] = inputs as string[];
  if (others.length === 0) return input;
  const cure = 'Run the command once for each: for v in *.mp4; do perpixel video ... "$v" -o "out/$v"; done.';
  throw optionError('input', `${others.length + 1} videos`, 'one video and its output', cure);
}
