import type { WriteOptions } from '../core/files/writeWhole.js';
import type { Result } from '../tasks/result.js';
import type { AnyTask } from '../tasks/task.js';
import type { SideOutput } from './outputs.js';
import { writeContent } from './writeContent.js';

/**
 * Writes the side files of results, such as the kernels that were estimated.
 *
 * @param sidesOf which of a task's are asked for, and where they go
 * @param isMissing whether such a file is to be written; one that exists may stay
 * @throws PerpixelError E_WRITE
 */
export async function writeSides(
  results: readonly Pick<Result, 'task' | 'facts' | 'value' | 'report'>[],
  sidesOf: (task: AnyTask) => readonly SideOutput[],
  isMissing: (file: string) => Promise<boolean>,
  options?: WriteOptions,
): Promise<void> {
  for (const { task, facts, value, report } of results) {
    for (const { option, format, path } of sidesOf(task)) {
      const content = await task.sideFiles![option].encode(facts, format, value, report);
      if (content !== undefined && (await isMissing(path))) await writeContent(content, path, {}, options);
    }
  }
}
