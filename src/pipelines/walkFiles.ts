import type { Dirent, Stats } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import picomatch from 'picomatch';
import { PerpixelError } from '../core/errors.js';
import { fileIdentity } from '../core/files/fileIdentity.js';
import { type FileResult, fileResult, type PictureFile } from './items.js';
import { pictureExtensions } from './pictureExtensions.js';

/** What is left out of a walk, and who is told. */
export interface WalkOptions {
  /** The folder that results go to: not entered where it lies inside an input. */
  output?: string;
  /** Told of each file in a folder whose extension is not a picture's. */
  onLeftOut?: (file: string) => void;
}

/** An input as the user named it. */
type Input =
  | { kind: 'file'; path: string; bytes: number; modified: Date }
  | { kind: 'folder'; path: string; glob?: string }
  | { kind: 'bad'; path: string; error: PerpixelError };

/**
 * The pictures that `inputs` name: files, folders (with all that is below them) and globs. Lazy: one folder's listing is in
 * memory at a time. The order is always the same: the inputs as given, in each folder first its pictures, then its
 * folders, by name.
 *
 * Hidden files and folders are left out, as are files whose extension is not a picture's, unless they are named; links are
 * followed, except back up to a folder they lie in. What cannot be read is a failed result (E_READ) in its place.
 */
export async function* walkFiles(
  inputs: readonly string[],
  { output, onLeftOut }: WalkOptions = {},
): AsyncGenerator<PictureFile | FileResult> {
  const known = withoutRepeats(await Promise.all(inputs.map(inputOf)));
  const base = commonFolder(known.filter((input) => input.kind !== 'bad').map(folderOf));
  const relative = (file: string) =>
    base === undefined ? withoutDrive(file) : path.relative(base, path.resolve(file));

  const named = known.filter((input) => input.kind === 'file');
  for (const input of known) {
    if (input.kind === 'bad') {
      yield fileResult('failed', input.path, { error: input.error });
    } else if (input.kind === 'folder') {
      const matches = input.glob === undefined ? () => true : picomatch(input.glob);
      const walk = { root: input.path, matches, relative, onLeftOut };
      yield* walkFolder(input.path, { ...walk, output: output && (await fileIdentity(output)) }, []);
    } else {
      const folder = path.dirname(path.resolve(input.path));
      const siblings = named.filter((other) => path.dirname(path.resolve(other.path)) === folder);
      yield {
        status: 'listed',
        path: input.path,
        relative: relative(input.path),
        siblings: siblings.map((other) => path.basename(other.path)),
        bytes: input.bytes,
        modified: input.modified,
      };
    }
  }
}

/** What holds for all folders below an input. */
interface Walk {
  root: string;
  matches: (relative: string) => boolean;
  relative: (file: string) => string;
  /** What the output folder is to the file system. */
  output?: string;
  onLeftOut?: (file: string) => void;
}

/** @param above what the folders that it lies in are to the file system */
async function* walkFolder(
  folder: string,
  walk: Walk,
  above: readonly string[],
): AsyncGenerator<PictureFile | FileResult> {
  const { root, matches, relative, output, onLeftOut } = walk;
  const identity = await fileIdentity(folder);
  if (identity !== undefined && above.includes(identity)) return;
  // The output folder may be the input folder itself: each file then says whether it would be written over.
  if (identity !== undefined && identity === output && above.length > 0) return;

  let entries: Dirent[];
  try {
    entries = await readdir(folder, { withFileTypes: true });
  } catch (cause) {
    yield fileResult('failed', folder, { error: unreadable(folder, cause) });
    return;
  }
  const visible = entries.filter((entry) => !entry.name.startsWith('.')).sort((a, b) => (a.name < b.name ? -1 : 1));

  const pictures: { name: string; file: string; stats: Stats | undefined }[] = [];
  const folders: string[] = [];
  for (const { name } of visible) {
    const file = path.join(folder, name);
    const stats = await stat(file).catch(() => undefined);
    if (stats?.isDirectory()) folders.push(file);
    // A link that leads nowhere stays in the list, to be told of when it is opened.
    else if ((stats === undefined || stats.isFile()) && matches(slashed(path.relative(root, file)))) {
      if (isPicture(name)) pictures.push({ name, file, stats });
      else onLeftOut?.(file);
    }
  }

  const siblings = pictures.map(({ name }) => name);
  for (const { file, stats } of pictures) {
    const { size: bytes = 0, mtime: modified } = stats ?? {};
    yield { status: 'listed', path: file, relative: relative(file), siblings, bytes, modified };
  }
  for (const inner of folders) {
    yield* walkFolder(inner, walk, identity === undefined ? above : [...above, identity]);
  }
}

async function inputOf(input: string): Promise<Input> {
  let stats: Stats;
  try {
    stats = await stat(input);
  } catch (cause) {
    const { base, glob, isGlob } = picomatch.scan(slashed(input));
    if (isGlob) return { kind: 'folder', path: base || '.', glob };
    return { kind: 'bad', path: input, error: unreadable(input, cause) };
  }
  if (stats.isDirectory()) return { kind: 'folder', path: input };
  if (stats.isFile()) return { kind: 'file', path: input, bytes: stats.size, modified: stats.mtime };
  const received = 'neither a file nor a folder';
  const error = new PerpixelError({
    code: 'E_READ',
    subject: input,
    received,
    expected: 'a picture, a folder or a glob',
    cure: 'Name a file, or `-` to read a pipe.',
  });
  return { kind: 'bad', path: input, error };
}

/** The inputs without those that are named twice, or lie in a folder that is named too. */
function withoutRepeats(inputs: readonly Input[]): Input[] {
  const key = (input: Input) => `${path.resolve(input.path)}\0${input.kind === 'folder' ? input.glob : ''}`;
  const once = [...new Map(inputs.map((input) => [key(input), input])).values()];
  const whole = once.filter((input) => input.kind === 'folder' && !input.glob);
  return once.filter((input) => !whole.some((folder) => folder !== input && isWithin(folder.path, input.path)));
}

function isWithin(folder: string, file: string): boolean {
  const below = path.relative(path.resolve(folder), path.resolve(file));
  return below !== '' && below.split(path.sep)[0] !== '..' && !path.isAbsolute(below);
}

function folderOf(input: Input): string {
  const resolved = path.resolve(input.path);
  return input.kind === 'file' ? path.dirname(resolved) : resolved;
}

/** The deepest folder that holds all of `folders`; undefined where there is none (two drives of Windows). */
function commonFolder(folders: readonly string[]): string | undefined {
  return folders.reduce<string | undefined>((common, folder) => {
    let candidate = common;
    while (candidate !== undefined && path.relative(candidate, folder).split(path.sep)[0] === '..') {
      candidate = path.dirname(candidate);
    }
    return candidate === undefined || path.isAbsolute(path.relative(candidate, folder)) ? undefined : candidate;
  }, folders[0]);
}

/** `C:\photos\x.jpg` as a path below the output folder: `C\photos\x.jpg`. */
function withoutDrive(file: string): string {
  const resolved = path.resolve(file);
  const { root } = path.parse(resolved);
  return path.join(root.replace(/[:\\/]/g, ''), resolved.slice(root.length));
}

function isPicture(name: string): boolean {
  return path.extname(name).slice(1).toLowerCase() in pictureExtensions;
}

function slashed(file: string): string {
  return file.split(path.sep).join('/');
}

function unreadable(file: string, cause: unknown): PerpixelError {
  const code = (cause as NodeJS.ErrnoException).code;
  const missing = code === 'ENOENT';
  return new PerpixelError({
    code: 'E_READ',
    subject: file,
    received: missing ? 'no such file or folder' : `cannot be read (${code})`,
    expected: 'a picture, a folder or a glob',
    cure: missing ? 'Check the spelling.' : 'Check its permissions.',
    cause,
  });
}
