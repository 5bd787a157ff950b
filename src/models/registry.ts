import { PerpixelError } from '../core/errors.js';
import * as entries from './index.js';
import type { Network, NetworkOptions } from './network.js';

/**
 * Every network that can be trained and exported by name: `perpixel train --network NAME`. A program adds one of its own by
 *
 *     networks.set(mine.name, mine);
 */
export const networks: Map<string, Network> = new Map(
  Object.values(entries as Record<string, Network>).map((network) => [network.name, network]),
);

/** The names of the networks that fit a task. */
export function networksFor(task: string): string[] {
  return [...networks.values()].filter(({ tasks }) => task in tasks).map(({ name }) => name);
}

/**
 * The network of a name for a task, and its options with those that the task asks for.
 *
 * @throws PerpixelError E_OPTION for a network that is not known or does not fit the task, with those that do
 */
export function networkFor(
  task: string,
  name: string,
  options: NetworkOptions = {},
): { network: Network; options: NetworkOptions } {
  const network = networks.get(name);
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
