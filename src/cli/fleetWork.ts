import * as z from 'zod';
import type { PhotoResult } from '../fleet/doShard.js';
import type { WorkerCounts } from '../fleet/metrics.js';
import { fileResult } from '../pipelines/items.js';
import type { Progress } from '../pipelines/progress.js';
import type { Command } from './command.js';
import { machineSchema } from './engineOptions.js';
import { openQueue, queueSchema } from './fleetOptions.js';
import { humanReporter, jsonReporter } from './report.js';
import { schemaOptions, schemaValues } from './schemaOptions.js';

const own = z.object({
  concurrency: z
    .int()
    .min(1)
    .max(64)
    .default(1)
    .describe('Jobs at a time, each in a process with a network of its own'),
  root: z
    .array(z.string())
    .optional()
    .describe('Places that jobs may read and write, folders or s3://bucket/prefix; any where none is given'),
  untilDone: z.boolean().default(false).describe('End when nothing is left to do, in place of waiting for more'),
  patience: z
    .number()
    .min(1)
    .default(600)
    .describe('Seconds without progress after which a photo is taken to hang, and its process is ended'),
  lock: z
    .number()
    .min(1)
    .default(30)
    .describe('Seconds after which the jobs of a worker that shows no life are given to others'),
  metrics: z.int().min(1).max(65535).optional().describe('Port for metrics of Prometheus: http://HOST:PORT/metrics'),
  json: z.boolean().default(false).describe('Events as JSON lines on standard output'),
  quiet: z.boolean().default(false).describe('Say nothing but what failed'),
});

/** A job that is given back needs a moment for it. */
const GRACE_MS = 8000;

/** `perpixel fleet work`: does what is queued, on this machine. */
export const fleetWork: Command = {
  command: 'work',
  namesNoFiles: true,
  describe: 'Work on what is queued, with this machine',
  declare: (parser) =>
    parser
      .options({
        ...schemaOptions(own, 'Work:'),
        ...schemaOptions(machineSchema, 'Network:'),
        ...schemaOptions(queueSchema, 'Queue:'),
      })
      .example([
        ['$0 fleet work', 'Until Ctrl-C, which gives back what is in work'],
        ['$0 fleet work --concurrency 4 --threads 2', 'Four photos at a time on eight cores'],
        ['$0 fleet work --root /mnt/archive --root /mnt/clean', 'Nothing else, whatever stands in the queue'],
      ]),
  async run(args, io) {
    const { concurrency, root, untilDone, patience, lock, metrics, json, quiet } = schemaValues(own, args);
    const machine = { ...schemaValues(machineSchema, args), cacheDir: io.cacheDir };
    const [{ work }, { nameOf, placeOf }] = await Promise.all([
      import('../fleet/work.js'),
      import('../fleet/place.js'),
    ]);
    const roots = root?.map((each) => nameOf(placeOf(each, '--root')));
    await using queue = await openQueue(schemaValues(queueSchema, args), io);
    io.graceMs = GRACE_MS;
    const report = json ? jsonReporter(io) : humanReporter(io, { quiet });
    const counts: WorkerCounts = { results: { done: 0, skipped: 0, failed: 0 }, megapixels: 0, seconds: 0, active: 0 };
    const start = performance.now();
    const progress = (): Progress => {
      const seconds = (performance.now() - start) / 1000;
      return { ...counts.results, megapixels: counts.megapixels, seconds, rate: counts.megapixels / seconds };
    };
    const endMetrics =
      metrics === undefined
        ? undefined
        : await (await import('../fleet/metrics.js')).serveMetrics(metrics, counts, queue);
    try {
      await work(queue, {
        ...{
          ffmpeg: io.env.FFMPEG_PATH,
          concurrency,
          machine,
          roots,
          untilDone,
          patienceMs: 1000 * patience,
          lockMs: 1000 * lock,
        },
        signal: io.signal,
        onActive(active) {
          counts.active = active;
        },
        onResult({ status, input, megapixels, seconds, report: told }: PhotoResult) {
          counts.results[status]++;
          counts.megapixels += megapixels;
          counts.seconds += seconds;
          report.result({ status, input, megapixels, seconds, report: told });
          report.progress(progress());
        },
        onFailed(photo, error) {
          counts.results.failed++;
          report.result(fileResult('failed', photo, { error }));
          report.progress(progress());
        },
      });
    } finally {
      endMetrics?.();
      report.end(progress(), false);
    }
    return counts.results.failed > 0 ? 1 : 0;
  },
};
