import { evaluations } from '../../tasks/registry.js';
import type { CommandGroup } from '../command.js';
import { evaluationCommand } from '../evaluationCommand.js';

/** `perpixel eval TASK ...`: each task is measured in its own way. */
export async function evalCommands(): Promise<CommandGroup> {
  const loaded = Object.entries(evaluations).map(async ([task, load]) => evaluationCommand(task, await load()));
  return {
    command: 'eval',
    describe: 'Measure a task on pictures whose truth is known',
    commands: await Promise.all(loaded),
  };
}
