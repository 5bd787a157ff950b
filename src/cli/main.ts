import { existsSync, readFileSync } from 'node:fs';
import yargs, { type Argv, type CommandModule } from 'yargs';
import { type ErrorCode, PerpixelError } from '../core/errors.js';
import { failureOf } from '../core/failureOf.js';
import type { Command, CommandGroup, ExitCode } from './command.js';
import type { Io } from './io.js';
import { lastOfRepeated } from './lastOfRepeated.js';
import { positionalsFirst, withDashes } from './positionalsFirst.js';
import { printable } from './printable.js';

export { type Io, processIo } from './io.js';

/** A command as `--help` lists it; its file is read only when it is named. */
interface Listed {
  name: string;
  describe: string;
  /** @param args what stands behind `perpixel`: a command may have the options of a task that they name */
  load(args: readonly string[]): Promise<Command | CommandGroup>;
}

/** The commands that are no task. */
const furtherCommands: readonly Listed[] = [
  {
    name: 'preview',
    describe: 'Show strengths of a task, or several tasks, side by side on parts of a photo',
    load: async () => (await import('./commands/preview.js')).previewCommand,
  },
  {
    name: 'video',
    describe: 'Do a task on each frame of a video',
    load: async () => (await import('./commands/video.js')).videoCommands,
  },
  {
    name: 'fleet',
    describe: 'Share many photos out between machines, by a queue',
    load: async (args) => (await import('./commands/fleet.js')).fleetCommands(args),
  },
  {
    name: 'train',
    describe: 'Train a network on photos of your own',
    load: async () => (await import('./commands/train.js')).trainCommand,
  },
  {
    name: 'eval',
    describe: 'Measure a task on pictures whose truth is known',
    load: async () => (await import('./commands/eval.js')).evalCommands(),
  },
  {
    name: 'export',
    describe: 'Turn a training run into an ONNX model',
    load: async () => (await import('./commands/export.js')).exportCommand,
  },
  {
    name: 'models',
    describe: 'List the models with their cards',
    load: async () => (await import('./commands/models.js')).modelsCommand,
  },
  {
    name: 'doctor',
    describe: 'Tell which engines and devices work here, and why others do not',
    load: async () => (await import('./commands/doctor.js')).doctorCommand,
  },
  {
    name: 'setup',
    describe: 'Install the TensorFlow engine for this user, or make the installation smaller',
    load: async () => (await import('./commands/setup.js')).setupCommand,
  },
];

const USAGE = `perpixel COMMAND

Dense prediction for photos and video: clean pictures, depth, normals and labels.`;

const TOO_FEW = 'Too few arguments: %s given, at least %s needed.';

/** Where yargs' own words speak of its insides. One of them has a plural, which its types do not know. */
const WORDING = {
  'Not enough non-option arguments: got %s, need at least %s': { one: TOO_FEW, other: TOO_FEW } as unknown as string,
  'Not enough arguments following: %s': 'A value is missing after --%s.',
};

/** Errors that say that the command cannot be done as it stands, whatever the files. */
const COMMAND_WAS_WRONG: ReadonlySet<ErrorCode> = new Set(['E_OPTION', 'E_MODEL', 'E_ENGINE', 'E_PROGRAM', 'E_DATA']);

/**
 * Runs the command line. Whatever goes wrong is told of in a line on standard error.
 *
 * @param args what stands after `perpixel`
 * @returns the exit code
 */
export async function main(args: string[], io: Io): Promise<ExitCode> {
  const code = await run(args, io).catch((error) => {
    if (io.signal.aborted) return 130 as const;
    const { code: kind, message } = failureOf(error);
    io.stderr.write(`perpixel: ${kind} ${printable(message)}\n`);
    return 1 as const;
  });
  // What was written last may still be on its way to the disk.
  if (!io.signal.aborted) await new Promise<void>((resolve) => io.stdout.write('', () => resolve()));
  const { reason } = io.signal;
  if (!(reason instanceof PerpixelError)) return code;
  io.stderr.write(`perpixel: ${reason.code} ${reason.message}\n`);
  return 1;
}

async function run(args: string[], io: Io): Promise<ExitCode> {
  let code: ExitCode = 0;
  const commands = [...(await taskCommands()), ...furtherCommands];
  const first = args.find((arg) => !arg.startsWith('-'));
  const named = commands.find(({ name }) => name === first) ?? (await severalTasks(first));
  const loaded = await named?.load(args);
  const moduleOf = (each: Command | CommandGroup): CommandModule => ({
    command: each.command,
    describe: each.describe,
    builder: (parser) =>
      'commands' in each
        ? parser
            .command(each.commands.map(moduleOf))
            .demandCommand(1, `Name ${each.what ?? 'a task'}.`)
            .hide('version')
        : each.declare(lastOfRepeated(parser as Argv, positionalsOf(each))).hide('version'),
    handler: async (argv) => {
      if (!('run' in each)) return;
      const given = withDashes(argv);
      const release = each.namesNoFiles ? undefined : await (await import('./protectNamed.js')).protectNamed(given);
      try {
        code = await each.run(given, io);
      } finally {
        release?.();
      }
    },
  });
  const all = named && !commands.includes(named) ? [...commands, named] : commands;
  const modules = all.map(({ name, describe }) =>
    name === named?.name && loaded ? { ...moduleOf(loaded), describe } : { command: name, describe, handler: () => {} },
  );

  const parser = yargs()
    .scriptName('perpixel')
    .locale('en')
    .updateStrings(WORDING)
    .usage(USAGE)
    .command(modules)
    .recommendCommands()
    .demandCommand(1, 'Name a command.')
    .strictCommands()
    .strictOptions()
    .version(version())
    .help()
    .alias({ h: 'help' })
    .epilogue(named ? '' : 'perpixel COMMAND --help tells the options of a command.')
    .wrap(Math.min(110, io.stderr.columns ?? 110))
    .exitProcess(false)
    .showHelpOnFail(false)
    .fail((message, error) => {
      // What yargs says in several lines is told in one, as every failure is.
      throw error && error.name !== 'YError' ? error : new UsageError(message.replaceAll(/\s*\n\s*/g, ' '));
    });
  if (args.length === 0) {
    io.stderr.write(`${await parser.getHelp()}\n`);
    return 2;
  }
  try {
    await new Promise<void>((resolve, reject) => {
      parser
        .parseAsync(
          positionalsFirst(args, args.indexOf(memberNamed(loaded, args) ?? named?.name ?? '') + 1),
          {},
          (_error: unknown, _argv: unknown, output: string) => {
            if (output) io.stdout.write(`${output}\n`);
          },
        )
        .then(() => resolve(), reject);
    });
  } catch (error) {
    if (io.signal.aborted) return 130;
    if (error instanceof UsageError || (error instanceof PerpixelError && error.code === 'E_OPTION')) {
      const words = ['perpixel', named?.name, memberNamed(loaded, args), '--help'].filter(Boolean);
      const told = error instanceof PerpixelError ? asTyped(error, args) : error;
      io.stderr.write(`perpixel: ${printable(told.message)}\nTry: ${words.join(' ')}\n`);
      return 2;
    }
    if (!(error instanceof PerpixelError)) throw error;
    io.stderr.write(`perpixel: ${error.code} ${printable(error.message)}\n`);
    return COMMAND_WAS_WRONG.has(error.code) ? 2 : 1;
  }
  return io.signal.aborted ? 130 : code;
}

/** Tasks as the build listed them (tools/listTasks.mjs): `--help` does not wait for their files. Without a build they tell it themselves. */
async function taskCommands(): Promise<Listed[]> {
  const file = new URL('./tasks.json', import.meta.url);
  const listed: { name: string; summary: string }[] = existsSync(file)
    ? JSON.parse(readFileSync(file, 'utf8'))
    : Object.values((await import('../tasks/registry.js')).tasks);
  return listed.map(({ name, summary }) => ({
    name,
    describe: summary,
    load: async () => {
      const { taskCommand, tasksNamed } = await import('./taskCommand.js');
      return taskCommand(tasksNamed(name)!);
    },
  }));
}

/** `depth,normals` names a command too: several results from one run of the network. */
async function severalTasks(name: string | undefined): Promise<Listed | undefined> {
  if (!name?.includes(',')) return undefined;
  const { taskCommand, tasksNamed } = await import('./taskCommand.js');
  const named = tasksNamed(name);
  if (!named) return undefined;
  const command = taskCommand(named, name);
  return { name, describe: command.describe, load: async () => command };
}

/** Which command of a group the arguments name. */
function memberNamed(loaded: Command | CommandGroup | undefined, args: readonly string[]): string | undefined {
  const members = loaded && 'commands' in loaded ? loaded.commands.map(({ command }) => command.split(' ')[0]) : [];
  return members.find((member) => args.includes(member));
}

/** `photos` of `denoise <photos..>`. */
function positionalsOf({ command }: Command): string[] {
  return Array.from(command.matchAll(/[<[](\w+)/g), ([, name]) => name);
}

/** yargs makes NaN of what is no number; the error shows what was typed. */
function asTyped(error: PerpixelError, args: readonly string[]): PerpixelError {
  const at = args.findLastIndex((arg) => arg === error.subject || arg.startsWith(`${error.subject}=`));
  if (error.received !== 'NaN' || at < 0) return error;
  const received = args[at] === error.subject ? args[at + 1] : args[at].slice(args[at].indexOf('=') + 1);
  return new PerpixelError({ ...error, received, cause: error.cause });
}

/** The command line itself was wrong: an unknown option, a missing argument. */
class UsageError extends Error {}

function version(): string {
  return JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version;
}
