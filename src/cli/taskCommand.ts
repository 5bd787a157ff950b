import { stat } from 'node:fs/promises';
import { flaggedSides, picturedSchema } from '../tasks/besideResults.js';
import { companionNames, companionWords } from '../tasks/companion.js';
import { taskNamed } from '../tasks/registry.js';
import type { AnyTask, Asked } from '../tasks/task.js';
import type { Command } from './command.js';
import { modelsOf } from './engineOptions.js';
import { optionError } from './optionError.js';
import { hyphenated, schemaOptions, schemaValues } from './schemaOptions.js';
import { resultFolder, sideFileSchema, type TaskArgs, taskOptions, taskSchema } from './taskOptions.js';

/**
 * Tasks by their names joined by commas, `depth,normals`: several results from one run of their network. Those that restore the photo
 * stand alone.
 */
export function tasksNamed(command: string): AnyTask[] | undefined {
  const names = [...new Set(command.split(','))];
  const named = names.map(taskNamed).filter((task) => task !== undefined);
  const isCommand =
    named.length === names.length && (named.length === 1 || named.every(({ answer }) => !answer.isPhoto));
  return isCommand ? named : undefined;
}

/** The command of one task, or of several: `perpixel depth,normals PHOTO|FOLDER... -o OUT`. */
export function taskCommand(
  tasks: readonly AnyTask[],
  command: string = tasks.map(({ name }) => name).join(','),
): Command {
  const [first] = tasks;
  const sides = sideFileSchema(tasks);
  const schema = taskSchema(tasks);
  const examples = first.examples ?? [[`${command} photos -o out`, 'A folder with all that is below it']];
  return {
    command: `${command} <photos..>`,
    describe:
      tasks.length === 1 ? first.summary : `${command.replaceAll(',', ', ')} of photos, from one run of the network`,
    declare: (parser) =>
      parser
        .positional('photos', {
          type: 'string',
          default: undefined,
          describe: 'Photos, folders, globs, or - for a pipe',
        })
        .options(Object.assign({}, ...tasks.map((task) => schemaOptions(task.options, `${task.summary}:`))))
        .options({ ...schemaOptions(sides, `${first.summary}:`), ...taskOptions(tasks) })
        .alias('o', 'output')
        .example(examples.map(([line, what]) => [`$0 ${line}`, what])),
    async run(args, io) {
      const asked = tasks.map((task) => ({ task, options: schemaValues(task.options, args) }));
      const given: TaskArgs = {
        ...schemaValues(schema, args),
        photos: args.photos as string[],
        sideFiles: {
          ...(schemaValues(sides, args) as Record<string, string>),
          ...flaggedSides(asked, resultFolder(asked, args.output as string)),
        },
        pictured: schemaValues(picturedSchema(tasks), args),
      };
      for (const { answer } of tasks) if (answer.pictureOptions) schemaValues(answer.pictureOptions, args);
      await requireCompanions(asked);
      if (given.region) {
        const { requireParts } = await import('../pipelines/run/predictPhoto.js');
        tasks.forEach(requireParts);
      }
      const [{ isSingle, singlePhoto }, { taskBatch }, { dryRun }] = await Promise.all([
        import('./singlePhoto.js'),
        import('./taskBatch.js'),
        import('./dryRun.js'),
      ]);
      const run = given.dryRun ? dryRun : (await isSingle(asked, given)) ? singlePhoto : taskBatch;
      const modelTasks = [...new Set(tasks.flatMap(({ name, modelTasks }) => modelTasks ?? [name]))];
      const models = await modelsOf(modelTasks, given, io);
      try {
        return await run(asked, given, models, io);
      } finally {
        await models.dispose();
      }
    },
  };
}

/** A name mistyped would fail every photo with the same words. @throws PerpixelError E_OPTION */
export async function requireCompanions(asked: readonly Asked[]): Promise<void> {
  for (const { task, options } of asked) {
    const values = options as Record<string, unknown>;
    for (const name of companionNames(task.options)) {
      const file = values[name];
      if (typeof file !== 'string' || companionWords(task.options, name).includes(file)) continue;
      await stat(file).catch((cause) => {
        const expected = 'a picture or a folder of pictures';
        throw optionError(hyphenated(name), file, expected, 'There is none of that name.', cause);
      });
    }
  }
}
