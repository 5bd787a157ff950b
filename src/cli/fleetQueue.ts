import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import type { Status } from '../fleet/status.js';
import type { Command } from './command.js';
import { openQueue, queueSchema } from './fleetOptions.js';
import { printable } from './printable.js';
import { rateText } from './rateText.js';
import { duration } from './report.js';
import { schemaOptions, schemaValues } from './schemaOptions.js';

const told = z.object({
  json: z.boolean().default(false).describe('One line of JSON'),
  watch: z.boolean().default(false).describe('Again every two seconds, until nothing is left to do'),
  failures: z.int().min(0).default(20).describe('Failed photos that are listed, the last first'),
});
const WATCH_MS = 2000;

/** `perpixel fleet status`: exit code 1 where photos have failed. */
export const fleetStatus: Command = {
  command: 'status',
  namesNoFiles: true,
  describe: 'Tell what is done, what failed and why, and how long the rest takes',
  declare: (parser) => parser.options({ ...schemaOptions(told), ...schemaOptions(queueSchema, 'Queue:') }),
  async run(args, io) {
    const { json, watch, failures } = schemaValues(told, args);
    const { statusOf } = await import('../fleet/status.js');
    await using queue = await openQueue(schemaValues(queueSchema, args), io);
    for (;;) {
      const status = await statusOf(queue, { most: failures });
      io.stdout.write(json ? `${JSON.stringify(status)}\n` : textOf(status));
      if (!watch || status.left === 0) return status.failed > 0 ? 1 : 0;
      await sleep(WATCH_MS, undefined, { signal: io.signal });
    }
  },
};

/** `perpixel fleet retry`: what failed is queued again. */
export const fleetRetry: Command = {
  command: 'retry',
  namesNoFiles: true,
  describe: 'Queue again what failed',
  declare: (parser) => parser.options(schemaOptions(queueSchema, 'Queue:')),
  async run(args, io) {
    await using queue = await openQueue(schemaValues(queueSchema, args), io);
    io.stdout.write(`${await queue.retry()} queued again\n`);
    return 0;
  },
};

const drained = z.object({
  failed: z.boolean().default(false).describe('Forget what failed, too'),
});

/** `perpixel fleet drain`: what waits is taken out of the queue. */
export const fleetDrain: Command = {
  command: 'drain',
  namesNoFiles: true,
  describe: 'Take out what waits; what is in work is finished, and results stay',
  declare: (parser) => parser.options({ ...schemaOptions(drained), ...schemaOptions(queueSchema, 'Queue:') }),
  async run(args, io) {
    await using queue = await openQueue(schemaValues(queueSchema, args), io);
    await queue.drain(schemaValues(drained, args));
    return 0;
  },
};

/** `1200 done, 3 failed, 800 left, 2 workers, 12 photos/s, 67 s to go`, then the runs, then what failed. */
function textOf({ done, failed, left, rate, secondsLeft, workers, runs, failures }: Status): string {
  const parts = [
    `${done} done`,
    failed > 0 && `${failed} failed`,
    `${left} left`,
    `${workers} ${workers === 1 ? 'worker' : 'workers'}`,
    rate > 0 && `${rateText(rate)} photos/s`,
    secondsLeft !== undefined && `${duration(secondsLeft)} to go`,
  ];
  const lines = [
    parts.filter(Boolean).join(', '),
    ...runs.map(({ run, done: own, left: rest }) => `  ${run}: ${own} of ${own + rest}`),
    failures.length > 0 && 'Failed:',
    // Of a job that something else than a worker ended, the reason does not name its photos.
    ...failures.map(
      ({ photos, reason }) =>
        `  ${printable(photos.some((photo) => reason.includes(photo)) ? reason : `${photos.join(', ')}: ${reason}`)}`,
    ),
    failed > failures.length && failures.length > 0 && `  and ${failed - failures.length} more`,
  ];
  return lines
    .filter(Boolean)
    .map((line) => `${line}\n`)
    .join('');
}
