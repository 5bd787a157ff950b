import { open, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { PerpixelError } from '../core/errors.js';
import { unwritable } from '../core/files/unwritable.js';
import { writeWhole } from '../core/files/writeWhole.js';

const logEntry = z.object({
  /** Steps done. */
  step: z.number(),
  /** Steps to do in all. */
  steps: z.number(),
  /** Mean loss since the last line. */
  loss: z.number(),
  /** Learning rate of the last step. */
  rate: z.number(),
  secondsPerStep: z.number(),
  /** Validation scores by name, where this step was validated. */
  scores: z.record(z.string(), z.number()).optional(),
});
/** One line of a run's `log.jsonl`. */
export type LogEntry = z.infer<typeof logEntry>;

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

/**
 * The log of a run; empty where it has none. A last line that was cut short by a kill is left out.
 *
 * @throws PerpixelError E_CHECKPOINT where another line is damaged
 */
export async function readLog(run: string): Promise<LogEntry[]> {
  const text = await readFile(fileOf(run), 'utf8').catch(() => '');
  const lines = text.slice(0, text.lastIndexOf('\n') + 1).split('\n');
  return lines.flatMap((line, i) => (line === '' ? [] : [entryOf(line, i + 1, run)]));
}

function entryOf(line: string, number: number, run: string): LogEntry {
  try {
    return logEntry.parse(JSON.parse(line));
  } catch (cause) {
    throw new PerpixelError({
      code: 'E_CHECKPOINT',
      subject: fileOf(run),
      received: `a line, number ${number}, that no run has logged`,
      expected: 'what `perpixel train` wrote',
      cure: 'Remove that line: the run goes on from its checkpoint without it.',
      cause,
    });
  }
}

/** Drops what a killed run logged after its last checkpoint: those steps are done again. */
export async function truncateLog(run: string, step: number): Promise<void> {
  const kept = (await readLog(run)).filter((entry) => entry.step <= step);
  const text = kept.map((entry) => `${JSON.stringify(entry)}\n`).join('');
  if (text === (await readFile(fileOf(run), 'utf8').catch(() => ''))) return;
  await writeWhole(fileOf(run), (temporary) => writeFile(temporary, text));
}
