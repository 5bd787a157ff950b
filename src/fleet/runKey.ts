import { createHash } from 'node:crypto';
import type { Run } from './run.js';

/**
 * Names a run, and the folder of its results below the output: its tasks, and a digest of all that decides what the results are. Another
 * option or model is another run, whose results lie beside.
 */
export function runKey(run: Run): string {
  const digest = createHash('sha256')
    .update(JSON.stringify(sorted(run)))
    .digest('hex');
  return `${run.tasks.map(({ name }) => name).join('+')}-${digest.slice(0, 12)}`;
}

/** The same data in one order, whoever wrote it down. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, each]) => each !== undefined);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, each]) => [name, sorted(each)]));
}
