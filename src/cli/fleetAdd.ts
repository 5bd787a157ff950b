import { stat } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import type { Run } from '../fleet/run.js';
import { picturedSchema } from '../tasks/besideResults.js';
import { companionNames, companionWords } from '../tasks/companion.js';
import { tasks } from '../tasks/registry.js';
import type { AnyTask, Asked } from '../tasks/task.js';
import type { Command } from './command.js';
import { ownCard, statedCard } from './engineOptions.js';
import { openQueue, queueSchema } from './fleetOptions.js';
import { optionError } from './optionError.js';
import { humanReporter, jsonReporter } from './report.js';
import { hyphenated, schemaOptions, schemaValues } from './schemaOptions.js';
import { requireCompanions, tasksNamed } from './taskCommand.js';
import { choice, type ResultArgs, resultSchema, sideFileSchema } from './taskOptions.js';

const ownChoice = choice.omit({ dryRun: true });
const own = z.object({
  shard: z.int().min(1).max(1000).default(16).describe('Photos that a job has'),
  json: z.boolean().default(false).describe('Events as JSON lines on standard output'),
  quiet: z.boolean().default(false).describe('Say nothing but what failed'),
});

/**
 * `perpixel fleet add INPUT -o OUTPUT TASK`: queues what is to be done.
 *
 * @param named the task that the command line names, whose options it has; undefined where it names none
 */
export function fleetAdd(named: string | undefined): Command {
  const asked = (named === undefined ? undefined : tasksNamed(named)) ?? [];
  const sides = sideFileSchema(asked);
  const results =
    asked.length > 0 ? resultSchema(asked) : z.object({ output: z.string().describe('Place of the results') });
  return {
    command: 'add <input> <task>',
    describe: 'Queue the photos of a folder or bucket for a task',
    declare: (parser) =>
      parser
        .positional('input', { type: 'string', describe: 'Folder that all machines see, or s3://bucket/prefix' })
        .positional('task', {
          type: 'string',
          describe: `What to do, with the options that its own command has: ${Object.keys(tasks).join(', ')}`,
        })
        .options(Object.assign({}, ...asked.map((task) => schemaOptions(task.options, `${task.summary}:`))))
        .options({
          ...schemaOptions(sides, asked[0] && `${asked[0].summary}:`),
          ...schemaOptions(ownChoice, 'Photos:'),
          ...schemaOptions(results, 'Results:'),
          ...schemaOptions(picturedSchema(asked), 'Pictures of the results, with --pictures:'),
          ...schemaOptions(queueSchema, 'Queue:'),
          ...schemaOptions(own),
        })
        .alias('o', 'output')
        .example([
          [`$0 fleet add /mnt/archive -o /mnt/clean ${named ?? 'TASK'}`, 'Folders that all machines see'],
          [`$0 fleet add s3://photos/2019 -o s3://results ${named ?? 'TASK'}`, 'Buckets'],
        ]),
    async run(args, io) {
      if (asked.length === 0) {
        const cure = 'Its options are listed by perpixel fleet add TASK --help.';
        throw optionError('task', args.task, Object.keys(tasks).join(', '), cure);
      }
      const chosen = asked.map((task) => ({ task, options: schemaValues(task.options, args) }));
      const given = schemaValues(results as z.ZodType<ResultArgs>, args);
      const { shard, json, quiet } = schemaValues(own, args);
      const { include, exclude, skipUnknown, region } = schemaValues(ownChoice, args);
      await requireCompanions(chosen);
      const pictured = given.pictures ? schemaValues(picturedSchema(asked), args) : undefined;
      const run = await runOf(chosen, args.input as string, {
        ...given,
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
        card: await ownCard(given),
        signal,
        onFailed,
      });
      if (json) io.stdout.write(`${JSON.stringify({ event: 'added', ...added })}\n`);
      else if (!quiet) {
        if (leftOut > 0) io.stderr.write(`${leftOut} left out, no pictures by their names\n`);
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
        io.stderr.write('perpixel: no photo found\n');
        return 1;
      }
      return added.failed > 0 || (leftOut > 0 && !skipUnknown) ? 1 : 0;
    },
  };
}

/** What is to be done, in words that mean the same on another machine. */
async function runOf(
  asked: readonly Asked[],
  input: string,
  given: ResultArgs & Pick<Run, 'pictured' | 'region' | 'sideFiles'>,
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
    ...{ format, bitDepth, pictures, pictured, region, quality, limitPixels, tile },
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
    ? "Name the folder of photos; a video is one machine's: perpixel video."
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
