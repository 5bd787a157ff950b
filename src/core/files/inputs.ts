import { realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { PerpixelError } from '../errors.js';
import { fileIdentity } from './fileIdentity.js';
import { isResultOf } from './resultTime.js';

/** What a run reads, and where its results go. */
interface Run {
  /** Single files, as `fileIdentity` names them. */
  files: ReadonlySet<string>;
  /** Folders in which nothing may be replaced but results, as real paths. */
  folders: readonly string[];
  /** The folder of the results, where it lies below one of those: what is in it is no input. */
  results?: string;
}

const runs = new Set<Run>();

/**
 * Keeps what a run reads from being written over, whatever option asks for that and by whatever path, link or other name:
 * `writeWhole` refuses. Of a folder that holds inputs, every file is kept that is not known to be a result.
 *
 * @param inputs files and folders; what is not there (a glob, a model's name) is passed over
 * @param output the folder of the results, if there is one
 * @returns ends the protection
 */
export async function protectInputs(inputs: readonly string[], output?: string): Promise<() => void> {
  const files = new Set<string>();
  const folders: string[] = [];
  const results = output === undefined ? undefined : await realFolder(output);
  let holdsInputs = false;
  for (const input of inputs) {
    const real = await realpath(input).catch(() => undefined);
    if (real === undefined) continue;
    const folder = await realFolder(real);
    if (folder !== undefined) folders.push(folder);
    else files.add((await fileIdentity(real)) ?? '');
    if (results !== undefined && isWithin(results, real)) holdsInputs = true;
  }
  if (holdsInputs) folders.push(results!);
  const run: Run = { files, folders, results: holdsInputs ? undefined : results };
  runs.add(run);
  return () => runs.delete(run);
}

/**
 * @param options.modified the time that the file is to carry, which is its photo's: what is there with the same time is its result
 * @param options.replacesOwn what is there is known to be of the same making
 * @throws PerpixelError E_WRITE where a file of this name is an input of a run under way, or may be an original
 */
export async function refuseToReplaceInput(
  file: string,
  { modified, replacesOwn = false }: { modified?: Date; replacesOwn?: boolean } = {},
): Promise<void> {
  if (runs.size === 0) return;
  const stats = await stat(file).catch(() => undefined);
  if (stats === undefined) return;
  const identity = await fileIdentity(file);
  const real = await realpath(file).catch(() => path.resolve(file));
  const isResult = replacesOwn || (modified !== undefined && isResultOf(stats, modified));
  for (const { files, folders, results } of runs) {
    if (identity !== undefined && files.has(identity)) throw refused(file, 'a file that this run reads');
    const isInput = folders.some((folder) => isWithin(folder, real)) && !(results && isWithin(results, real));
    if (isInput && !isResult) throw refused(file, 'a file among the originals that is not known to be a result');
  }
}

async function realFolder(folder: string): Promise<string | undefined> {
  const isFolder = await stat(folder).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
  return isFolder ? realpath(folder) : undefined;
}

function isWithin(folder: string, file: string): boolean {
  const below = path.relative(folder, file);
  return below.split(path.sep)[0] !== '..' && !path.isAbsolute(below);
}

function refused(file: string, received: string): PerpixelError {
  return new PerpixelError({
    code: 'E_WRITE',
    subject: file,
    received,
    expected: 'another file: originals are never written over',
    cure: 'Choose another output.',
  });
}
