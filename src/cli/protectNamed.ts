import path from 'node:path';
import { protectInputs } from '../core/files/inputs.js';
import { companionNames } from '../tasks/companion.js';
import { tasks } from '../tasks/registry.js';
import type { AnyTask } from '../tasks/task.js';
import { runFiles } from '../training/runFiles.js';
import { isFolder } from './outputFolder.js';

/** The arguments that name what a command reads, whichever command has them. */
const INPUTS = [
  ...['photos', 'photo', 'input', 'model', 'truth', 'card', 'data', 'validate', 'validateTruth', 'trunk'],
  // A mask, a kernel: whatever belongs to photos.
  ...(Object.values(tasks) as AnyTask[]).flatMap((task) => companionNames(task.options)),
];
/** Those that name training runs, beside whose files a model may well be written. */
const RUNS = ['runs', 'from'];

/**
 * Keeps all that the arguments of a command name as inputs from being written over.
 *
 * @returns ends the protection
 */
export async function protectNamed(args: Readonly<Record<string, unknown>>): Promise<() => void> {
  const named = (names: readonly string[]) =>
    names.flatMap((name) => args[name]).filter((value) => typeof value === 'string');
  const results = [args.output, args.run].find((value) => typeof value === 'string');
  const files = named(RUNS).flatMap((run) => runFiles.map((file) => path.join(run, file)));
  const isOwn = args.run !== undefined && named(RUNS).includes(String(args.run));
  return protectInputs(
    [...named(INPUTS), ...(isOwn ? [] : files)],
    results !== undefined && (await isFolder(results)) ? results : undefined,
  );
}
