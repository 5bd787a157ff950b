import * as z from 'zod';
import type { SceneTaskName } from '../tasks/scene/sceneTask.js';
import { sceneTasks } from '../tasks/scene/sceneTasks.js';
import { engineOptions, engineSchema, sessionsOf } from './engineOptions.js';
import type { Command } from './main.js';
import { schemaOptions, schemaValues } from './schemaOptions.js';

const results = z.object({
  output: z.string().describe('Folder for the results'),
  format: z
    .enum(['png', 'npy', 'pfm'])
    .default('png')
    .describe('png: depth in millimetres, normals as (n + 1) / 2; npy, pfm: metres and unit vectors'),
  bitDepth: z.literal([8, 16]).default(8).describe('Of normals in a PNG'),
  pictures: z
    .boolean()
    .default(false)
    .describe('Beside each map a picture of it, x.depth.picture.png: in colours, with a scale or a legend'),
  quality: z
    .enum(['fast', 'balanced', 'best'])
    .default('balanced')
    .describe('best: averaged with the mirrored photo, 2x slower'),
  overwrite: z.boolean().default(false).describe('Do again what is there already'),
});

const telling = z.object({
  json: z.boolean().default(false).describe('Events as JSON lines on standard output'),
  quiet: z.boolean().default(false).describe('Say nothing but what failed'),
});

const schema = engineSchema.omit({ tile: true }).extend(results.shape).extend(telling.shape);

export type SceneArgs = z.output<typeof schema> & { photos: string[] };

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
        .options({ ...schemaOptions(results, 'Results:'), ...network, ...schemaOptions(telling) })
        .alias('o', 'output')
        .example(`$0 ${command} photos -o out`, 'A folder with all that is below it')
        .example(
          names.length === 1 ? '$0 depth,normals,labels room.jpg -o out' : `$0 ${names[0]} room.jpg -o out`,
          names.length === 1 ? 'Several at once, from one run of the network' : 'One alone',
        ),
    async run(args, io) {
      const asked = tasks.map((task) => ({ task, options: schemaValues(task.options as z.ZodType, args) }));
      const given = { ...schemaValues(schema, args), photos: args.photos as string[] };
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
