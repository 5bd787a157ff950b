import path from 'node:path';
import * as z from 'zod';
import type { VideoView } from '../answers/answer.js';
import { PerpixelError } from '../core/errors.js';
import { requireInside } from '../images/croppedRaster.js';
import type { Window } from '../images/readWindow.js';
import type { ModelCard } from '../onnx/modelFile.js';
import type { AnyTask, Task } from '../tasks/task.js';
import { usualCodec } from '../video/codecs.js';
import type { Frame, FrameWithResult } from '../video/frame.js';
import type { Chroma } from '../video/layout.js';
import { pictureFormat } from '../video/mapPictures.js';
import type { VideoFormat } from '../video/videoFormat.js';
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
      const made = jobs.map((job): Made => {
        const given = { ...common, ...job };
        return view
          ? shownWork(task, view, options, args, given, card)
          : { work: restoringWork(task, options, args, given, card), given };
      });
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

/** The options without the flags that ask for files beside: of a video there are none. */
function withoutSides<Kind>(
  { sideFiles = {} }: AnyTask,
  options: Readonly<Record<string, Kind>>,
): Record<string, Kind> {
  return Object.fromEntries(Object.entries(options).filter(([name]) => sideFiles[name]?.isFlag !== true));
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
