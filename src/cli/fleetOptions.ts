import * as z from 'zod';
import type { FleetQueue } from '../fleet/queue.js';
import type { Io } from './io.js';
import { optionError } from './optionError.js';

/** How every command of a fleet finds its queue. */
export const queueSchema = z.object({
  redis: z
    .string()
    .optional()
    .describe('Redis with the queue: redis://[user:password@]host:6379, with TLS rediss://; REDIS_URL where not given'),
  queue: z
    .string()
    .regex(/^[\w-]+$/, 'letters, digits, - and _')
    .default('perpixel')
    .describe('Name of the queue: several can be on one Redis'),
});

/** Opens the queue that a command names. @throws PerpixelError E_OPTION, E_PROGRAM */
export async function openQueue(
  { redis, queue }: z.output<typeof queueSchema>,
  { env }: Pick<Io, 'env'>,
): Promise<FleetQueue> {
  const url = redis ?? env.REDIS_URL;
  if (!url) {
    throw optionError('redis', 'no address', 'that of a Redis', 'Name it, or set REDIS_URL; see docs/fleet.md.');
  }
  const { FleetQueue } = await import('../fleet/queue.js');
  return FleetQueue.open({ redis: url, queue });
}
