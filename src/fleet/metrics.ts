import { createServer } from 'node:http';
import { PerpixelError } from '../core/errors.js';
import type { FileResult } from '../pipelines/items.js';
import type { FleetQueue } from './queue.js';
import { statusOf } from './status.js';

/** What one worker has done since it started. */
export interface WorkerCounts {
  results: Record<FileResult['status'], number>;
  megapixels: number;
  /** Of work on photos, waiting left out. */
  seconds: number;
  /** Shards in work. */
  active: number;
}

/** Metrics in the text format of Prometheus 0.0.4: this worker's own, and the queue's. */
export async function metricsText(own: WorkerCounts, queue: FleetQueue): Promise<string> {
  const { done, failed, left, workers, jobs } = await statusOf(queue, { most: 0 });
  const lines = (name: string, type: 'counter' | 'gauge', help: string, values: Record<string, number>, label = '') => [
    `# HELP ${name} ${help}`,
    `# TYPE ${name} ${type}`,
    ...Object.entries(values).map(([value, count]) => `${name}${label && `{${label}="${value}"}`} ${count}`),
  ];
  return [
    ...lines('perpixel_fleet_photos_total', 'counter', 'Photos of this worker.', own.results, 'status'),
    ...lines('perpixel_fleet_megapixels_total', 'counter', 'Megapixels of this worker.', { own: own.megapixels }),
    ...lines('perpixel_fleet_seconds_total', 'counter', 'Seconds of work on photos.', { own: own.seconds }),
    ...lines('perpixel_fleet_active_jobs', 'gauge', 'Jobs in work here.', { own: own.active }),
    ...lines('perpixel_fleet_queue_photos', 'gauge', 'Photos of the queue.', { done, failed, left }, 'state'),
    ...lines('perpixel_fleet_queue_jobs', 'gauge', 'Jobs of the queue.', jobs, 'state'),
    ...lines('perpixel_fleet_workers', 'gauge', 'Workers of the queue.', { all: workers }),
    '',
  ].join('\n');
}

/**
 * Serves metrics on `GET /metrics`.
 *
 * @returns ends it
 * @throws PerpixelError E_OPTION the port cannot be had
 */
export async function serveMetrics(port: number, own: WorkerCounts, queue: FleetQueue): Promise<() => void> {
  const server = createServer((request, response) => {
    const isMetrics = request.method === 'GET' && request.url?.split('?')[0] === '/metrics';
    if (!isMetrics) return void response.writeHead(404).end();
    metricsText(own, queue).then(
      (text) => response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' }).end(text),
      () => response.writeHead(503).end(),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => reject(portTaken(port, cause)));
    server.listen(port, resolve);
  });
  server.unref();
  return () => server.close();
}

function portTaken(port: number, cause: Error): PerpixelError {
  return new PerpixelError({
    code: 'E_OPTION',
    subject: '--metrics',
    received: `${port}, ${(cause as NodeJS.ErrnoException).code}`,
    expected: 'a port that is free',
    cure: 'Choose another.',
    cause,
  });
}
