import path from 'node:path';
import * as z from 'zod';
import type { Sessions } from '../engines/sessions.js';
import { type LabelsOptions, labels } from '../tasks/labels/task.js';
import type { SceneTask } from '../tasks/scene/sceneTask.js';
import { usualCodec } from '../video/codecs.js';
import type { Chroma } from '../video/layout.js';
import type { VideoFormat } from '../video/videoFormat.js';
import type { Command } from './command.js';
import { sessionsOf } from './engineOptions.js';
import { optionError } from './optionError.js';
import { schemaOptions, schemaValues } from './schemaOptions.js';
import { sceneVideoOptions, sceneVideoSchema } from './videoOptions.js';

const ofMaps = z.object({
  memory: z
    .int()
    .min(1)
    .default(12)
    .describe('Frames that a pixel is the mean of while nothing moves there; 1: each frame by itself'),
});

const ofDepth = z.object({
  style: z
    .enum(['colour', 'grey', 'mm'])
    .default('colour')
    .describe('colour: warm is near; grey: white is near; mm: lossless 16-bit grey, millimetres'),
  near: z.number().positive().default(0.5).describe('Metres at which colours and greys begin'),
  far: z.number().positive().default(10).describe('Metres at which they end'),
});

/** The command of a map of the scene in each frame of a video: `perpixel video depth IN -o OUT`. */
export function sceneVideoCommand<O, F>(task: SceneTask<O, F>): Command {
  const pictured = task.name === 'depth' ? ofMaps.extend(ofDepth.shape) : ofMaps;
  const asked = `${task.summary}:`;
  return {
    command: `${task.name} <input>`,
    describe: `${task.summary}, frame by frame and steady over time`,
    declare: (parser) =>
      parser
        .positional('input', { type: 'string', describe: 'Video file, address, or - for y4m or raw frames on a pipe' })
        .options({ ...schemaOptions(task.options, asked), ...schemaOptions(pictured, asked), ...sceneVideoOptions })
        .alias('o', 'output')
        .example(`$0 video ${task.name} in.mp4 -o ${task.name}.mp4`, 'Pictures, in one range for the whole video'),
    async run(args, io) {
      const options = schemaValues(task.options, args);
      const { memory, ...asPictures } = schemaValues(pictured, args) as z.output<typeof ofMaps> & PictureArgs;
      const common = { ...schemaValues(sceneVideoSchema, args), input: args.input as string };
      const given = { ...common, codec: codecOf(asPictures, common.codec) };
      const pictures = { ...asPictures, chroma: chromaOf(given) };
      const [{ runVideo }, { pictureFormat, mapPictures }] = await Promise.all([
        import('./runVideo.js'),
        import('../video/mapPictures.js'),
      ]);
      const sessions = await sessionsOf(['scene', task.name], { ...given, tile: undefined }, io);
      const operator = async ({ open, from }: { open: Sessions['open']; from: number }) => {
        const [{ filter, identity, pipe }, { predictFrameMaps }, { steady, warmUp }] = await Promise.all([
          import('rxjs'),
          import('../video/predictFrameMaps.js'),
          import('../video/steady.js'),
        ]);
        const isSteady = memory > 1;
        const first = Math.max(0, from - (isSteady ? warmUp(memory) : 0));
        return pipe(
          predictFrameMaps(task, options as Partial<O>, { open, quality: given.quality, from: first }),
          isSteady ? steady({ memory }) : identity,
          filter(({ index }) => index >= from),
          mapPictures(pictures),
        );
      };
      const formatOf = (source: VideoFormat) => pictureFormat(source, pictures);
      const finish = async () => {
        if (task.name !== labels.name || given.output === '-') return;
        const { writeLegend } = await import('./writeLegend.js');
        await writeLegend(legendOf(given.output), options as LabelsOptions);
      };
      try {
        const work = { task: task.name, options: { ...options, ...pictures, memory }, formatOf, operator, finish };
        return await runVideo(work, given, sessions, io);
      } finally {
        await sessions.dispose();
      }
    },
  };
}

/** `street.mkv` has `street.labels.json` beside it, and `labels.mp4` has `labels.json`. */
function legendOf(output: string): string {
  const { dir, name } = path.parse(output);
  return path.join(dir, /(^|\.)labels$/i.test(name) ? `${name}.json` : `${name}.labels.json`);
}

/** What players have to show is 4:2:0; other programs and lossless files get the colour of each pixel. */
function chromaOf({ codec, output }: { codec?: Codec; output: string }): Chroma {
  if (output === '-' || output.toLowerCase().endsWith('.y4m')) return '444';
  return ['ffv1', 'prores'].includes(codec ?? usualCodec(output)) ? '444' : '420';
}

type PictureArgs = Partial<z.output<typeof ofDepth>>;
type Codec = z.output<typeof sceneVideoSchema>['codec'];

/** Millimetres are numbers, which no other codec keeps. @throws PerpixelError E_OPTION what does not go together */
function codecOf({ style, near, far }: PictureArgs, codec: Codec): Codec {
  if (near !== undefined && far !== undefined && near >= far) {
    throw optionError('near', String(near), `less than --far, which is ${far}`, 'Both are in metres.');
  }
  if (style !== 'mm') return codec;
  if (codec !== undefined && codec !== 'ffv1') {
    throw optionError('codec', codec, 'ffv1 with --style mm', 'Leave it out, and give the output a name in .mkv.');
  }
  return 'ffv1';
}
