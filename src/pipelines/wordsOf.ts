import type { Result } from '../tasks/result.js';

/** What results say for people, each line once: several tasks may say the same of a photo. */
export function wordsOf(results: readonly Pick<Result, 'task' | 'report'>[]): string[] {
  return [...new Set(results.flatMap(({ task, report }) => task.words?.(report) ?? []))];
}
