import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { folded } from '../pipelines/outputNames.js';
import { isContainer } from '../video/codecs.js';
import { isVideoName } from '../video/isVideoName.js';
import { optionError } from './optionError.js';

/** A video and what becomes of it. */
export interface Job {
  input: string;
  output: string;
}

/**
 * The videos that inputs name, each with the file that its result goes to: one is written under the name that is said; several, those
 * of folders, and one into a folder that is there, keep their names below it. What no result can be called becomes `.mkv`, which
 * holds all that another container does.
 *
 * @throws PerpixelError E_OPTION a pipe is among several, or two results would have one name; E_READ a folder cannot be read
 */
export async function videoJobs(inputs: readonly string[], output: string): Promise<Job[]> {
  const [first] = inputs;
  const isSingle = inputs.length === 1 && !(await isFolder(first));
  if (isSingle && (first === '-' || output === '-' || !(await isFolder(output)))) return [{ input: first, output }];
  const piped = inputs.includes('-') ? 'input' : output === '-' ? 'output' : undefined;
  if (piped !== undefined) throw optionError(piped, '-', 'files, where there are several', 'A pipe holds one video.');
  if (path.extname(output) !== '' && !(await isFolder(output))) {
    const cure = 'Name a folder: each result goes there under the name of its video.';
    throw optionError('output', output, 'a folder, where there are several videos', cure);
  }
  const jobs: Job[] = [];
  for (const input of inputs) {
    const names = (await isFolder(input)) ? await videosIn(input, output) : undefined;
    if (names === undefined) jobs.push({ input, output: path.join(output, resultName(path.basename(input))) });
    for (const name of names ?? []) {
      jobs.push({ input: path.join(input, name), output: path.join(output, resultName(name)) });
    }
  }
  if (jobs.length === 0) {
    throw optionError('input', inputs.join(', '), 'videos in it', 'Name a file, whatever it is called, by itself.');
  }
  const seen = new Map<string, string>();
  for (const { input, output: result } of jobs) {
    const other = seen.get(folded(result));
    if (other !== undefined) {
      const cure = 'Do them one after the other, into two folders.';
      throw optionError('output', result, `a name of its own for ${other} and for ${input}`, cure);
    }
    seen.set(folded(result), input);
  }
  return jobs;
}

/** Paths below the folder, by name; neither what is hidden nor the results. */
async function videosIn(folder: string, output: string): Promise<string[]> {
  const results = path.resolve(output);
  const names = await readdir(folder, { recursive: true });
  return names
    .filter((name) => isVideoName(name) && !name.split(path.sep).some((part) => part.startsWith('.')))
    .filter((name) => !path.resolve(folder, name).startsWith(results + path.sep))
    .sort();
}

function resultName(name: string): string {
  const extension = path.extname(name);
  if (isContainer(name) || extension.toLowerCase() === '.y4m') return name;
  return `${name.slice(0, name.length - extension.length)}.mkv`;
}

async function isFolder(place: string): Promise<boolean> {
  return stat(place).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
}
