import * as z from 'zod';
import type { AnyTask, Asked } from './task.js';

/** What pictures of these tasks' results can be told: `--near`. */
export function picturedSchema(tasks: readonly AnyTask[]) {
  const shapes = tasks.map(({ answer }) => answer.pictureOptions?.shape ?? {});
  return z.object(Object.assign({}, ...shapes) as z.ZodRawShape);
}

/** Where side files go that flags among the tasks' options ask for: to the results. */
export function flaggedSides(asked: readonly Asked[], folder: string): Record<string, string> {
  const flags = asked.flatMap(({ task: { sideFiles = {} }, options }) =>
    Object.entries(sideFiles)
      .filter(([option, { isFlag }]) => isFlag && (options as Record<string, unknown>)[option] === true)
      .map(([option]) => [option, folder]),
  );
  return Object.fromEntries(flags);
}
