import { PerpixelError } from '../core/errors.js';
import { type Network, type NetworkOptions, networks } from '../models/networks.js';
import type { TaskName } from './recipes/exampleOptions.js';

/**
 * The network of a name for a task, and its options with those that the task asks for.
 *
 * @throws PerpixelError E_OPTION for a network that is not known or does not fit the task, with those that do
 */
export function networkFor(
  task: TaskName,
  name: string,
  options: NetworkOptions = {},
): { network: Network; options: NetworkOptions } {
  const network = Object.hasOwn(networks, name) ? networks[name] : undefined;
  const required = network?.tasks[task];
  if (network === undefined || required === undefined) {
    throw new PerpixelError({
      code: 'E_OPTION',
      subject: '--network',
      received: network ? `${name}, which learns ${Object.keys(network.tasks).join(', ')}` : name,
      expected: `a network for ${task}: ${networksFor(task).join(', ')}`,
      cure: 'Choose one of these.',
    });
  }
  return { network, options: { ...required, ...options } };
}

/** The names of the networks that fit a task, the default first. */
export function networksFor(task: TaskName): string[] {
  return Object.keys(networks).filter((name) => task in networks[name].tasks);
}
