import type { Beside, Size } from '../answers/answer.js';
import { parseOptions } from '../core/parseOptions.js';
import type { Raster } from '../images/raster.js';
import type { Window } from '../images/readWindow.js';
import type { Task } from './task.js';

/** What a task says of a photo. */
export interface Result<Value = unknown, Facts = unknown> {
  // biome-ignore lint/suspicious/noExplicitAny: of any options.
  task: Task<any, Facts, Value, any>;
  value: Value;
  /** What the task found out about the photo. */
  facts: Facts;
  /** What the task reports about the photo beside its pixels. */
  report: Record<string, unknown>;
  /** What is to be told of it, in words: that the photo is of another kind than the network knows, for one. */
  notices: readonly string[];
  /** Nothing was to be done: the photo is bit for bit as it came. */
  isUnchanged: boolean;
  /** Of the photo. */
  size: Size;
  /** The part of it that the value is of. @default all */
  region?: Window;
}

/**
 * A result in colours to look at, of answers that have such pictures.
 *
 * @param options of the answer's `pictureOptions`; others are left alone
 * @throws PerpixelError E_OPTION
 */
export async function shown(
  { task: { answer }, value, facts }: Pick<Result, 'task' | 'value' | 'facts'>,
  options: Readonly<Record<string, unknown>> = {},
): Promise<Raster> {
  return answer.picture!(value, facts, answer.pictureOptions ? parseOptions(answer.pictureOptions, options) : {});
}

/** What files of a result may need. @param photo it, or its region, as it is now */
export function besideOf<Facts>(
  { facts, size, region }: Pick<Result<unknown, Facts>, 'facts' | 'size' | 'region'>,
  photo: Pick<Raster, 'pixels'>,
): Beside<Facts> {
  return { facts, photo, size, window: region ?? { y: 0, x: 0, height: size[0], width: size[1] } };
}
