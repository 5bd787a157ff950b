import { open, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { unwritable } from '../core/files/unwritable.js';
import { writeWhole } from '../core/files/writeWhole.js';

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

/** Adds a line, whole or not at all. @throws PerpixelError E_WRITE */
export async function appendLog(run: string, entry: LogEntry): Promise<void> {
  const file = fileOf(run);
  const handle = await open(file, 'a').catch((cause) => {
    throw unwritable(file, cause);
  });
  const { size } = await handle.stat();
  try {
    await handle.writeFile(`${JSON.stringify(entry)}\n`);
  } catch (cause) {
    await handle.truncate(size);
    throw unwritable(file, cause);
  } finally {
    await handle.close();
  }
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
  const text = kept.map((entry) => `${JSON.stringify(entry)}\n`).join('');
  if (text === (await readFile(fileOf(run), 'utf8').catch(() => ''))) return;
  await writeWhole(fileOf(run), (temporary) => writeFile(temporary, text));
}
