import type { CommandGroup } from '../command.js';
import { fleetDrain, fleetRetry, fleetStatus } from '../fleetQueue.js';
import { fleetWork } from '../fleetWork.js';

const others = [fleetWork, fleetStatus, fleetRetry, fleetDrain];

/** `perpixel fleet add|work|status|retry|drain`: many photos, several machines, one queue. */
export async function fleetCommands(args: readonly string[]): Promise<CommandGroup> {
  // Many workers start on a machine: what only `add` needs of the tasks is not read for them.
  const isOther = others.some(({ command }) => args.includes(command)) && !args.includes('add');
  return {
    command: 'fleet',
    describe: 'Share many photos out between machines, by a queue',
    what: 'a command',
    commands: isOther ? others : [(await import('../fleetAdd.js')).fleetAdd(args), ...others],
  };
}
