import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** One line of a run's `log.jsonl`. */
export interface LogEntry {
  /** Steps done. */
  step: number;
  /** Steps to do in all. */
  steps: number;
  /** Mean loss since the last line. */
  loss: number;
  /** Learning rate of the last step. */
  rate: number;
  secondsPerStep: number;
  /** Validation scores by name, where this step was validated. */
  scores?: Record<string, number>;
}

const fileOf = (run: string) => join(run, 'log.jsonl');

export async function appendLog(run: string, entry: LogEntry): Promise<void> {
  await appendFile(fileOf(run), `${JSON.stringify(entry)}\n`);
}

/** The log of a run; empty where it has none. A last line that was cut short by a kill is left out. */
export async function readLog(run: string): Promise<LogEntry[]> {
  const text = await readFile(fileOf(run), 'utf8').catch(() => '');
  return text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

/** Drops what a killed run logged after its last checkpoint: those steps are done again. */
export async function truncateLog(run: string, step: number): Promise<void> {
  const kept = (await readLog(run)).filter((entry) => entry.step <= step);
  await writeFile(fileOf(run), kept.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
}
