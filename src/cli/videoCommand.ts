import type { Sessions } from '../engines/sessions.js';
import type { Task } from '../tasks/task.js';
import type { Command } from './command.js';
import { sessionsOf } from './engineOptions.js';
import { schemaOptions, schemaValues } from './schemaOptions.js';
import { videoOptions, videoSchema } from './videoOptions.js';

/** The command of a task on each frame of a video: `perpixel video TASK IN -o OUT`. */
export function videoCommand<O, F>(task: Task<O, F>): Command {
  return {
    command: `${task.name} <input>`,
    describe: `${task.summary}, frame by frame`,
    declare: (parser) =>
      parser
        .positional('input', { type: 'string', describe: 'Video file, address, or - for y4m or raw frames on a pipe' })
        .options(schemaOptions(task.options, `${task.summary}:`))
        .options(videoOptions)
        .alias('o', 'output')
        .example([
          [`$0 video ${task.name} in.mp4 -o out.mp4`, 'Sound, timing and colour tags as they came'],
          [`ffmpeg ... -f yuv4mpegpipe - | $0 video ${task.name} - -o - | ffmpeg -i - ...`, 'Between two pipes'],
        ]),
    async run(args, io) {
      const options = schemaValues(task.options, args);
      const given = { ...schemaValues(videoSchema, args), input: args.input as string };
      const { tile, quality } = given;
      const { runVideo } = await import('./runVideo.js');
      const sessions = await sessionsOf(task.modelTask ?? task.name, given, io);
      try {
        const work = {
          task: task.name,
          options,
          operator: async ({ open, from }: { open: Sessions['open']; from: number }) => {
            const { predictFrames } = await import('../video/predictFrames.js');
            return predictFrames(task, options as Partial<O>, { open, tile, quality, from });
          },
        };
        return await runVideo(work, given, sessions, io);
      } finally {
        await sessions.dispose();
      }
    },
  };
}
