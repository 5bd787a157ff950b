import type { CommandGroup } from '../command.js';
import { fleetAdd, type NamedWork } from '../fleetAdd.js';
import { fleetDrain, fleetRetry, fleetStatus } from '../fleetQueue.js';
import { fleetWork } from '../fleetWork.js';
import { tasksNamed } from '../taskCommand.js';

/** `perpixel fleet add|work|status|retry|drain`: many photos, several machines, one queue. */
export function fleetCommands(args: readonly string[]): CommandGroup {
  return {
    command: 'fleet',
    describe: 'Share many photos out between machines, by a queue',
    what: 'a command',
    commands: [fleetAdd(workOf(args)), fleetWork, fleetStatus, fleetRetry, fleetDrain],
  };
}

/**
 * What `fleet add INPUT -o OUTPUT [video] TASK` names: the last task that is no value of an option, since a folder may be called as a task is.
 */
function workOf(args: readonly string[]): NamedWork {
  const named = args.filter((arg) => tasksNamed(arg));
  const before = (arg: string) => args[args.lastIndexOf(arg) - 1];
  const task = named.findLast((arg) => !before(arg)?.startsWith('-')) ?? named.at(-1);
  return { task, isVideo: task !== undefined && before(task) === 'video' };
}
