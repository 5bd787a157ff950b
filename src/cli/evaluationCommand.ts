import type { Options } from 'yargs';
import type { EvaluationContext } from '../tasks/evaluation/evaluationContext.js';
import type { Quality } from '../tasks/task.js';
import type { Command } from './command.js';
import { engineOptions, engineSchema, sessionsOf } from './engineOptions.js';
import { schemaValues } from './schemaOptions.js';

/** How a task is measured: its options, its columns, its scores. */
export interface Evaluation<Args, Scores> {
  task: string;
  /** The tasks whose models it runs. @default the task itself */
  modelTask?: string | readonly string[];
  describe: string;
  /** What the positional arguments are: they arrive as the paths that are written, in `pictures`. */
  pictures: string;
  options: Record<string, Options>;
  examples: readonly [command: string, what: string][];
  /** Of the table, by heading; `--json` prints the scores as they are. */
  columns: Readonly<Record<string, (scores: Scores) => string | number>>;
  /** One row after another, as they are found. */
  evaluate(args: Args & { pictures: string[] }, context: EvaluationContext): AsyncIterable<Scores>;
}

/** The command of an evaluation: `perpixel eval TASK PICTURES...`, a table, or one JSON line a row. */
export function evaluationCommand<Args, Scores extends object>({
  task,
  modelTask = task,
  describe,
  pictures,
  options,
  examples,
  columns,
  evaluate,
}: Evaluation<Args, Scores>): Command {
  return {
    command: `${task} <pictures..>`,
    describe,
    declare: (parser) =>
      parser
        .positional('pictures', { type: 'string', default: undefined, describe: pictures })
        .options(grouped(options, `${describe}:`))
        .option('quality', {
          choices: ['fast', 'balanced', 'best'] as const,
          default: 'balanced' as const,
          describe: `As in ${task}`,
        })
        .options(engineOptions)
        .option('json', { type: 'boolean', default: false, describe: 'One JSON line a row' })
        .example(examples.map(([command, what]) => [`$0 eval ${command}`, what])),
    async run(given, io) {
      const args = given as Args & { pictures: string[]; quality: Quality; json: boolean };
      const engine = schemaValues(engineSchema, given);
      const write = (cells: (string | number)[]) =>
        io.stdout.write(`${cells.map((cell) => String(cell).padStart(10)).join('')}\n`);
      const sessions = await sessionsOf(modelTask, engine, io);
      try {
        const { open } = sessions;
        const rows = evaluate(args, { open, tile: engine.tile, quality: args.quality, signal: io.signal });
        if (!args.json) write(Object.keys(columns));
        for await (const scores of rows) {
          if (args.json) io.stdout.write(`${JSON.stringify({ task, ...scores })}\n`);
          else write(Object.values(columns).map((column) => column(scores)));
        }
      } finally {
        await sessions.dispose();
      }
      return 0;
    },
  };
}

/** The options under a heading of their own in `--help`. */
function grouped(options: Record<string, Options>, group: string): Record<string, Options> {
  return Object.fromEntries(Object.entries(options).map(([name, option]) => [name, { group, ...option }]));
}
