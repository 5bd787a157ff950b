import type { Task } from '../tasks/task.js';
import type { Command } from './command.js';
import { sessionsOf } from './engineOptions.js';
import { photoOptions, photoSchema } from './photoOptions.js';
import { schemaOptions, schemaValues } from './schemaOptions.js';

/** The command of a task that turns photos into photos: `perpixel TASK PHOTO|FOLDER... -o OUT`. */
export function photoCommand<O, F>(task: Task<O, F>, examples: readonly [string, string][]): Command {
  return {
    command: `${task.name} <photos..>`,
    describe: task.summary,
    declare: (parser) =>
      parser
        .positional('photos', {
          type: 'string',
          default: undefined,
          describe: 'Photos, folders, globs, or - for a pipe',
        })
        .options(schemaOptions(task.options, `${task.summary}:`))
        .options(photoOptions)
        .alias('o', 'output')
        .example(examples.map(([command, what]) => [`$0 ${command}`, what])),
    async run(args, io) {
      const options = schemaValues(task.options, args);
      const given = { ...schemaValues(photoSchema, args), photos: args.photos as string[] };
      const [{ isSingle, singlePhoto }, { photoBatch }] = await Promise.all([
        import('./singlePhoto.js'),
        import('./photoBatch.js'),
      ]);
      const run = (await isSingle(given)) ? singlePhoto : photoBatch;
      const sessions = await sessionsOf(task.modelTask ?? task.name, given, io);
      try {
        return await run(task, options, given, sessions, io);
      } finally {
        await sessions.dispose();
      }
    },
  };
}
