import { stat } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import type { Run } from '../fleet/run.js';
import { DEFAULT_LIMIT_PIXELS } from '../images/pixelLimit.js';
import { picturedSchema } from '../tasks/besideResults.js';
import { companionNames, companionWords } from '../tasks/companion.js';
import { tasks } from '../tasks/registry.js';
import type { AnyTask, Asked } from '../tasks/task.js';
import type { Command } from './command.js';
import { ownCard, statedCard } from './engineOptions.js';
import { openQueue, queueSchema } from './fleetOptions.js';
import { fleetVideo, fleetVideoOptions, fleetVideoSchema } from './fleetVideo.js';
import { optionError } from './optionError.js';
import { humanReporter, jsonReporter } from './report.js';
import { hyphenated, schemaOptions, schemaValues } from './schemaOptions.js';
import { requireCompanions, tasksNamed } from './taskCommand.js';
import { choice, type ResultArgs, resultSchema, sideFileSchema } from './taskOptions.js';
import { isForVideo } from './videoCommand.js';

const ownChoice = choice.omit({ dryRun: true });
const videoChoice = ownChoice.omit({ region: true });
const own = z.object({
  shard: z.int().min(1).max(1000).default(16).describe('Photos that a job has'),
  json: z.boolean().default(false).describe('Events as JSON lines on standard output'),
  quiet: z.boolean().default(false).describe('Say nothing but what failed'),
});

/**
 * `perpixel fleet add INPUT -o OUTPUT [video] TASK`: queues what is to be done.
 *
 * @param args what stands behind `perpixel`: the command has the options of the task that they name
 */
export function fleetAdd(args: readonly string[]): Command {
  const { task: named, isVideo } = namedWork(args);
  const all = (named === undefined ? undefined : tasksNamed(named)) ?? [];
  const asked = isVideo && !(all.length === 1 && isForVideo(all[0])) ? [] : all;
  const sides = sideFileSchema(asked);
  const results =
    asked.length === 0
      ? z.object({ output: z.string().describe('Place of the results') })
      : isVideo
        ? fleetVideoSchema(asked[0])
        : resultSchema(asked);
  return {
    command: 'add <input> <task..>',
    describe: 'Queue the photos or videos of a folder or bucket for a task',
    declare: (parser) =>
      parser
        .positional('input', { type: 'string', describe: 'Folder that all machines see, or s3://bucket/prefix' })
        .positional('task', {
          type: 'string',
          array: true,
          default: undefined,
          describe: `What to do, with the options that its own command has: ${Object.keys(tasks).join(', ')}; video before it: with videos`,
        })
        .options(Object.assign({}, ...asked.map((task) => schemaOptions(task.options, `${task.summary}:`))))
        .options({
          ...(isVideo && asked[0]
            ? { ...schemaOptions(videoChoice, 'Videos:'), ...fleetVideoOptions(asked[0]) }
            : {
                ...schemaOptions(sides, asked[0] && `${asked[0].summary}:`),
                ...schemaOptions(ownChoice, 'Photos:'),
                ...schemaOptions(results, 'Results:'),
                ...schemaOptions(picturedSchema(asked), 'Pictures of the results, with --pictures:'),
              }),
          ...schemaOptions(queueSchema, 'Queue:'),
          ...schemaOptions(own),
        })
        .alias('o', 'output')
        .example([
          [`$0 fleet add /mnt/archive -o /mnt/clean ${named ?? 'TASK'}`, 'Folders that all machines see'],
          [`$0 fleet add s3://photos/2019 -o s3://results ${named ?? 'TASK'}`, 'Buckets'],
          [
            `$0 fleet add /mnt/tapes -o /mnt/clean video ${named ?? 'TASK'}`,
            'Videos, each in parts for several workers',
          ],
        ]),
    async run(args, io) {
      if (asked.length === 0) {
        const cure = 'Its options are listed by perpixel fleet add TASK --help.';
        const able = (Object.values(tasks) as AnyTask[]).filter((task) => !isVideo || isForVideo(task));
        const received = (args.task as string[]).join(' ');
        throw optionError('task', received, able.map(({ name }) => name).join(', '), cure);
      }
      const chosen = asked.map((task) => ({ task, options: schemaValues(task.options, args) }));
      const given = schemaValues(results as z.ZodType<ResultArgs>, args);
      const { shard, json, quiet } = schemaValues(own, args);
      const { include, exclude, skipUnknown } = schemaValues(videoChoice, args);
      const { region } = schemaValues((isVideo ? results : ownChoice) as z.ZodType<Pick<Run, 'region'>>, args);
      const card = await ownCard(given);
      await requireCompanions(chosen);
      const pictured = given.pictures ? schemaValues(picturedSchema(asked), args) : undefined;
      const run = await runOf(chosen, args.input as string, {
        ...given,
        ...(isVideo && fleetVideo(asked[0], args, card)),
        ...{ pictured, region, sideFiles: schemaValues(sides, args) as Record<string, string> },
      });
      const { add } = await import('../fleet/add.js');
      await using queue = await openQueue(schemaValues(queueSchema, args), io);
      const report = json ? jsonReporter(io) : humanReporter(io, { quiet });
      let leftOut = 0;
      const onLeftOut = (file: string) => {
        leftOut++;
        if (json) report.leftOut(file);
      };
      const { signal } = io;
      const { result: onFailed } = report;
      const added = await add(queue, run, {
        shard,
        choice: { include, exclude, onLeftOut },
        card,
        signal,
        onFailed,
      });
      if (json) io.stdout.write(`${JSON.stringify({ event: 'added', ...added })}\n`);
      else if (!quiet) {
        if (leftOut > 0) io.stderr.write(`${leftOut} left out, no ${isVideo ? 'videos' : 'pictures'} by their names\n`);
        const { queued, waiting, done, failed, output } = added;
        const parts = [
          `${queued} queued`,
          waiting > 0 && `${waiting} in the queue before`,
          done > 0 && `${done} done before`,
          failed > 0 && `${failed} failed`,
        ];
        io.stderr.write(`${parts.filter(Boolean).join(', ')}; results in ${output}\n`);
      }
      if (added.queued + added.waiting + added.done + added.failed === 0) {
        io.stderr.write(`perpixel: no ${isVideo ? 'video' : 'photo'} found\n`);
        return 1;
      }
      return added.failed > 0 || (leftOut > 0 && !skipUnknown) ? 1 : 0;
    },
  };
}

/** The last task that is no value of an option, since a folder may be called as a task is, and whether it is for frames of videos. */
function namedWork(args: readonly string[]): { task?: string; isVideo: boolean } {
  const named = args.filter((arg) => tasksNamed(arg));
  const before = (arg: string) => args[args.lastIndexOf(arg) - 1];
  const task = named.findLast((arg) => !before(arg)?.startsWith('-')) ?? named.at(-1);
  return { task, isVideo: task !== undefined && before(task) === 'video' };
}

/** What is to be done, in words that mean the same on another machine. */
async function runOf(
  asked: readonly Asked[],
  input: string,
  given: ResultArgs & Pick<Run, 'pictured' | 'region' | 'sideFiles' | 'video'>,
): Promise<Run> {
  const {
    output,
    format,
    bitDepth,
    pictures,
    pictured,
    region,
    quality,
    limitPixels,
    tile,
    sideFiles,
    model,
    video,
    ...stated
  } = given;
  const [{ nameOf, placeOf }, { modelsDigest }, { modelFile }] = await Promise.all([
    import('../fleet/place.js'),
    import('../fleet/modelsDigest.js'),
    import('../fleet/run.js'),
  ]);
  const from = placeOf(input, 'input');
  const to = placeOf(output, '--output');
  if (nameOf(from) === nameOf(to)) {
    throw optionError('output', output, 'another place than the input', 'Name one of its own.');
  }
  if (from.kind === 'folder') await requireFolder(from.folder);
  const tasks = asked.map(({ task }) => task);
  requireSidePlaces(tasks, sideFiles);
  const overrides = statedCard(stated) as Record<string, unknown>;
  const named = { model: model !== undefined && modelFile({ model }) ? path.resolve(model) : model, overrides };
  return {
    input: nameOf(from),
    output: nameOf(to),
    tasks: asked.map(({ task, options }) => ({ name: task.name, options: withWholePaths(task, options) })),
    ...{ format, bitDepth, pictures, pictured, region, video, quality, tile },
    limitPixels: limitPixels ?? DEFAULT_LIMIT_PIXELS,
    sideFiles: Object.fromEntries(
      Object.entries(sideFiles)
        .filter(([, where]) => where !== undefined)
        .map(([option, where]) => [option, nameOf(placeOf(where, `--${hyphenated(option)}`))]),
    ),
    ...named,
    models: await modelsDigest(tasks, named),
  };
}

/** @throws PerpixelError E_OPTION it is none: a video, a photo, a name mistyped */
async function requireFolder(folder: string): Promise<void> {
  const stats = await stat(folder).catch(() => undefined);
  if (stats?.isDirectory()) return;
  const cure = stats
    ? 'Name its folder, and choose by --include.'
    : 'Check the spelling, and whether it is there on this machine.';
  throw optionError('input', folder, 'a folder, or s3://bucket/prefix', cure);
}

/** Side files of many photos need a folder. @throws PerpixelError E_OPTION */
function requireSidePlaces(tasks: readonly AnyTask[], sideFiles: Readonly<Record<string, string>>): void {
  for (const [option, { formats }] of tasks.flatMap(({ sideFiles: sides = {} }) => Object.entries(sides))) {
    const where = sideFiles[option];
    if (where === undefined || !formats.includes(path.extname(where).slice(1).toLowerCase())) continue;
    throw optionError(hyphenated(option), where, 'a folder, for those of several photos', 'Name a folder.');
  }
}

/** Options that name files, by their whole paths: workers have other working folders. */
function withWholePaths(task: AnyTask, options: unknown): Record<string, unknown> {
  const whole = { ...(options as Record<string, unknown>) };
  for (const name of companionNames(task.options)) {
    const given = whole[name];
    if (typeof given !== 'string' || companionWords(task.options, name).includes(given)) continue;
    whole[name] = path.resolve(given);
  }
  return whole;
}
