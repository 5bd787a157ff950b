import * as z from 'zod';
import { parseOptions } from '../core/parseOptions.js';
import type { AnyEvaluation, EvaluationContext } from '../tasks/evaluation/evaluation.js';
import { taskNamed } from '../tasks/registry.js';
import type { Task } from '../tasks/task.js';
import type { Command } from './command.js';
import { type EngineArgs, engineOptions, engineSchema, modelsOf, ownCard } from './engineOptions.js';
import { optionError } from './optionError.js';
import { schemaOptions, schemaValues } from './schemaOptions.js';

const common = (task: string) =>
  z.object({
    quality: z.enum(['fast', 'balanced', 'best']).default('balanced').describe(`As in ${task}`),
    json: z.boolean().default(false).describe('One JSON line a row'),
  });

/** The command of an evaluation: `perpixel eval TASK PICTURES...`, a table, or one JSON line a row. */
export function evaluationCommand(
  task: string,
  {
    summary,
    pictures = 'Folders of clean photos, or lists of paths',
    options,
    examples,
    columns,
    evaluate,
  }: AnyEvaluation,
): Command {
  const { json: jsonOption, ...own } = schemaOptions(common(task));
  return {
    command: `${task} <pictures..>`,
    describe: summary,
    declare: (parser) =>
      parser
        .positional('pictures', { type: 'string', default: undefined, describe: pictures })
        .options({ ...schemaOptions(options, `${summary}:`), ...own, ...engineOptions, json: jsonOption })
        .example(examples.map(([command, what]) => [`$0 eval ${command}`, what])),
    async run(args, io) {
      const given = { ...(schemaValues(options, args) as object), pictures: args.pictures as string[] };
      const { quality, json } = schemaValues(common(task), args);
      const engine = schemaValues(engineSchema, args);
      const write = (cells: (string | number)[]) =>
        io.stdout.write(`${cells.map((cell) => String(cell).padStart(10)).join('')}\n`);
      await requireSameSize(engine);
      const { predictPhoto } = await import('../pipelines/run/predictPhoto.js');
      const models = await modelsOf(taskNamed(task)?.modelTasks ?? [task], engine, io);
      const predict: EvaluationContext['predict'] = async (raster, own, asked, about) => {
        const each = { task: own as Task, options: parseOptions(own.options, asked) };
        const how = { open: models.open, tile: engine.tile, quality, signal: io.signal, ...about };
        const [result] = await predictPhoto(raster, [each], how);
        // biome-ignore lint/suspicious/noExplicitAny: what the task says, of its own types.
        return result as any;
      };
      try {
        const rows = evaluate(given, { predict, signal: io.signal });
        if (!json) write(Object.keys(columns));
        for await (const scores of rows) {
          if (json) io.stdout.write(`${JSON.stringify({ task, ...scores })}\n`);
          else write(Object.values(columns).map((column) => column(scores)));
        }
      } finally {
        await models.dispose();
      }
      return 0;
    },
  };
}

/** Scores compare pixel by pixel. @throws PerpixelError E_OPTION the model enlarges */
async function requireSameSize(engine: EngineArgs): Promise<void> {
  const { scale = 1 } = (await ownCard(engine)) ?? {};
  if (scale === 1) return;
  const expected = `a network that keeps the size: the truth has that of the photo, and this answers ${scale} times as large`;
  throw optionError('model', engine.model, expected, 'Measure its results with a program that knows both sizes.');
}
