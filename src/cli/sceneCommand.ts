import type * as z from 'zod';
import type { SceneTaskName } from '../tasks/scene/sceneTask.js';
import { sceneTasks } from '../tasks/scene/sceneTasks.js';
import type { Command } from './command.js';
import { engineOptions, sessionsOf } from './engineOptions.js';
import { sceneResults, sceneSchema, sceneTelling } from './sceneOptions.js';
import { schemaOptions, schemaValues } from './schemaOptions.js';

const { tile: _, ...network } = engineOptions;

/** Names of scene tasks joined by commas: `depth,normals`. */
export function sceneNames(command: string): SceneTaskName[] | undefined {
  const names = command.split(',');
  return names.every((name) => name in sceneTasks) ? ([...new Set(names)] as SceneTaskName[]) : undefined;
}

/** The command of one or more maps of a scene: `perpixel depth,normals PHOTO|FOLDER... -o OUT`, one run of the network. */
export function sceneCommand(names: readonly SceneTaskName[], command: string = names.join(',')): Command {
  const tasks = names.map((name) => sceneTasks[name]);
  const summary = tasks.length === 1 ? tasks[0].summary : `${names.join(', ')} of photos, from one run of the network`;
  return {
    command: `${command} <photos..>`,
    describe: summary,
    declare: (parser) =>
      parser
        .positional('photos', { type: 'string', default: undefined, describe: 'Photos, folders or globs' })
        .options(
          Object.assign({}, ...tasks.map((task) => schemaOptions(task.options as z.ZodType, `${task.summary}:`))),
        )
        .options({ ...schemaOptions(sceneResults, 'Results:'), ...network, ...schemaOptions(sceneTelling) })
        .alias('o', 'output')
        .example(`$0 ${command} photos -o out`, 'A folder with all that is below it')
        .example(
          names.length === 1 ? '$0 depth,normals,labels room.jpg -o out' : `$0 ${names[0]} room.jpg -o out`,
          names.length === 1 ? 'Several at once, from one run of the network' : 'One alone',
        ),
    async run(args, io) {
      const asked = tasks.map((task) => ({ task, options: schemaValues(task.options as z.ZodType, args) }));
      const given = { ...schemaValues(sceneSchema, args), photos: args.photos as string[] };
      const { sceneBatch } = await import('./sceneBatch.js');
      const sessions = await sessionsOf(['scene', ...names], { ...given, tile: undefined }, io);
      try {
        return await sceneBatch(asked, given, sessions, io);
      } finally {
        await sessions.dispose();
      }
    },
  };
}
