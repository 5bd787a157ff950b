import type { CommandGroup } from '../command.js';
import { fleetAdd } from '../fleetAdd.js';
import { fleetDrain, fleetRetry, fleetStatus } from '../fleetQueue.js';
import { fleetWork } from '../fleetWork.js';
import { tasksNamed } from '../taskCommand.js';

/** `perpixel fleet add|work|status|retry|drain`: many photos, several machines, one queue. */
export function fleetCommands(args: readonly string[]): CommandGroup {
  return {
    command: 'fleet',
    describe: 'Share many photos out between machines, by a queue',
    what: 'a command',
    commands: [fleetAdd(taskOf(args)), fleetWork, fleetStatus, fleetRetry, fleetDrain],
  };
}

/**
 * The task that `fleet add INPUT -o OUTPUT TASK` names: the last that is no value of an option, since a folder may be called as a task is.
 */
function taskOf(args: readonly string[]): string | undefined {
  const named = args.filter((arg) => tasksNamed(arg));
  const isValue = (arg: string) => args[args.lastIndexOf(arg) - 1]?.startsWith('-');
  return named.findLast((arg) => !isValue(arg)) ?? named.at(-1);
}
