import type { Stats } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import picomatch from 'picomatch';
import { PerpixelError } from '../core/errors.js';
import { fileIdentity } from '../core/files/fileIdentity.js';
import { isResultOf } from '../core/files/resultTime.js';
import { formatOfName } from '../images/formats/lookup.js';
import { tasks } from '../tasks/registry.js';
import type { AnyTask } from '../tasks/task.js';
import { type FileResult, fileResult, type PictureFile } from './items.js';

/** What is left out of a walk, and who is told. */
export interface WalkOptions {
  /** The folder that results go to: not entered where it lies inside an input. */
  output?: string;
  /**
   * Globs that photos have to match one of: with a slash their path below the folder that is named, without one their name, in capitals
   * or not. @default all
   */
  include?: readonly string[];
  /** Globs that leave photos out in the same way; a folder that matches is not entered. @default none */
  exclude?: readonly string[];
  /** Which files of a folder are meant, by their names. @default pictures */
  isMeant?: (name: string) => boolean;
  /** Told of each file in a folder whose extension is not a picture's, as far as it was not left out by name. */
  onLeftOut?: (file: string) => void;
}

/** An input as the user named it. */
type Input =
  | { kind: 'file'; path: string; stats: Stats }
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
  { output, include, exclude, isMeant = isPicture, onLeftOut }: WalkOptions = {},
): AsyncGenerator<PictureFile | FileResult> {
  const known = withoutRepeats(await Promise.all(inputs.map(inputOf)));
  const base = commonFolder(known.filter((input) => input.kind !== 'bad').map(folderOf));
  const relative = (file: string) =>
    base === undefined ? withoutDrive(file) : path.relative(base, path.resolve(file));
  const results = output && (await fileIdentity(output));
  const siblings = siblingsOf(known, results);
  // Globs may name a file twice, and once more than a file does.
  const seen = known.length > 1 && known.some(({ kind }) => kind === 'folder') ? new Set<string>() : undefined;

  const walk = { relative, results, siblings, isMeant, onLeftOut, ...chosen(include, exclude) };
  for (const input of known) {
    for await (const item of walkInput(input, walk)) {
      const key = path.resolve(item.status === 'listed' ? item.path : item.input);
      if (!seen?.has(key)) yield item;
      seen?.add(key);
    }
  }
}

/** What holds for all inputs. */
interface Walk {
  relative: (file: string) => string;
  /** What the output folder is to the file system. */
  results?: string;
  /** What is listed in the folder of a file that is named. */
  siblings: (file: string) => Promise<readonly string[]>;
  /** Whether a file is wanted, and whether it, or a folder, is not, by their paths below what is named. */
  isIncluded: (below: string) => boolean;
  isExcluded: (below: string) => boolean;
  isMeant: (name: string) => boolean;
  onLeftOut?: (file: string) => void;
}

async function* walkInput(input: Input, walk: Walk): AsyncGenerator<PictureFile | FileResult> {
  if (input.kind === 'bad') {
    yield fileResult('failed', input.path, { error: input.error });
  } else if (input.kind === 'folder') {
    const isNamed = input.glob === undefined ? () => true : picomatch(input.glob);
    const matches = (below: string) => isNamed(below) && walk.isIncluded(below) && !walk.isExcluded(below);
    yield* walkFolder(input.path, { ...walk, root: input.path, matches }, []);
  } else if (walk.isIncluded(path.basename(input.path)) && !walk.isExcluded(path.basename(input.path))) {
    yield listed(input.path, input.stats, walk.relative(input.path), await walk.siblings(input.path));
  }
}

function listed(file: string, stats: Stats | undefined, relative: string, siblings: readonly string[]): PictureFile {
  const { size: bytes = 0, mtime: modified, mode } = stats ?? {};
  return { status: 'listed', path: file, relative, siblings, bytes, modified, mode };
}

/** @param above what the folders that it lies in are to the file system */
async function* walkFolder(
  folder: string,
  walk: Walk & { root: string; matches: (relative: string) => boolean },
  above: readonly string[],
): AsyncGenerator<PictureFile | FileResult> {
  const { root, matches, isExcluded, relative, results, isMeant, onLeftOut } = walk;
  const identity = await fileIdentity(folder);
  if (identity !== undefined && above.includes(identity)) return;
  const isOutput = identity !== undefined && identity === results;
  // The output folder may be the input folder itself: each file then says whether it would be written over.
  if (isOutput && above.length > 0) return;

  let names: string[];
  try {
    names = await visibleNames(folder);
  } catch (cause) {
    yield fileResult('failed', folder, { error: unreadable(folder, cause) });
    return;
  }
  const below = (file: string) => slashed(path.relative(root, file));
  let entries: Entry[] = [];
  const folders: string[] = [];
  for (const name of names) {
    const file = path.join(folder, name);
    const stats = await stat(file).catch(() => undefined);
    if (stats?.isDirectory()) {
      if (!isExcluded(below(file))) folders.push(file);
      // A link that leads nowhere, and a pipe that is called as a picture is, stay in the list, to be told of when they are opened.
    } else if (stats === undefined || stats.isFile() || isPicture(name)) entries.push({ name, stats });
  }
  if (isOutput || (results !== undefined && above.includes(results))) entries = withoutResults(entries);
  const pictures = entries.filter(({ name }) => isMeant(name));
  for (const { name } of entries) {
    const file = path.join(folder, name);
    if (!isMeant(name) && matches(below(file))) onLeftOut?.(file);
  }

  // All of them, so that a result has one name whether its photo is named, matched by a glob, or in a folder.
  const siblings = pictures.map(({ name }) => name);
  for (const { name, stats } of pictures) {
    const file = path.join(folder, name);
    if (matches(below(file))) yield listed(file, stats, relative(file), siblings);
  }
  for (const inner of folders) {
    yield* walkFolder(inner, walk, identity === undefined ? above : [...above, identity]);
  }
}

/** What globs say of paths below what is named. Cards write `IMG_0042.JPG`: capitals make no difference. */
export function chosen(
  include: readonly string[] = [],
  exclude: readonly string[] = [],
): Pick<Walk, 'isIncluded' | 'isExcluded'> {
  const anyOf = (globs: readonly string[]) => {
    const all = globs.map((glob) => picomatch(glob, { nocase: true, basename: !glob.includes('/') }));
    return (below: string) => all.some((matches) => matches(below));
  };
  return {
    isIncluded: include.length > 0 ? anyOf(include) : () => true,
    isExcluded: exclude.length > 0 ? anyOf(exclude) : () => false,
  };
}

interface Entry {
  name: string;
  stats: Stats | undefined;
}

/** What names of results have before their extension: `x.depth.png`, `x.depth.picture.png`, `x.kernel.png`. */
const resultSuffixes = new Set(
  (Object.values(tasks) as AnyTask[]).flatMap(({ name, answer, sideFiles = {} }) => [
    ...(answer.isPhoto ? [] : [name, 'picture']),
    ...Object.values(sideFiles).map(({ suffix }) => suffix),
  ]),
);

/**
 * Maps beside their photos are no photos: those that are called as results are, and whose time is that of another picture, whose name
 * theirs begins with. The time alone says nothing: a camera gives both pictures of a shot the same.
 */
function withoutResults(pictures: Entry[]): Entry[] {
  const byTime = new Map<number, Entry[]>();
  for (const entry of pictures) {
    const time = entry.stats?.mtime.getTime() ?? 0;
    byTime.set(time, [...(byTime.get(time) ?? []), entry]);
  }
  return pictures.filter(({ name, stats }) => {
    const { mtime } = stats ?? {};
    const isOf = (other: Entry) => other.name !== name && name.startsWith(`${path.parse(other.name).name}.`);
    if (!resultSuffixes.has(path.extname(path.parse(name).name).slice(1))) return true;
    return !(stats && mtime && isResultOf(stats, mtime) && byTime.get(mtime.getTime())?.some(isOf));
  });
}

/** Lists the folder of each file that is named, once: results are called as if the folder had been. */
function siblingsOf(inputs: readonly Input[], results: string | undefined): Walk['siblings'] {
  const named = new Map<string, Set<string>>();
  for (const input of inputs) {
    if (input.kind !== 'file') continue;
    const { dir, base } = path.parse(path.resolve(input.path));
    named.set(dir, (named.get(dir) ?? new Set()).add(base));
  }
  const lists = new Map<string, Promise<string[]>>();
  const list = async (folder: string) => {
    const own = named.get(folder) ?? new Set();
    let others = (await visibleNames(folder).catch(() => [])).filter(isPicture);
    if (results !== undefined && (await liesIn(folder, results))) {
      const entries = others.map(async (name) => ({
        name,
        stats: await stat(path.join(folder, name)).catch(() => undefined),
      }));
      others = withoutResults(await Promise.all(entries)).map(({ name }) => name);
    }
    return [...new Set([...own, ...others])].sort(byName);
  };
  return (file) => {
    const folder = path.dirname(path.resolve(file));
    const found = lists.get(folder) ?? list(folder);
    lists.set(folder, found);
    return found;
  };
}

/** Whether a folder is the one of that identity, or lies below it. */
async function liesIn(folder: string, identity: string): Promise<boolean> {
  for (let at = folder; ; at = path.dirname(at)) {
    if ((await fileIdentity(at)) === identity) return true;
    if (at === path.dirname(at)) return false;
  }
}

async function visibleNames(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((name) => !name.startsWith('.')).sort(byName);
}

const byName = (a: string, b: string): number => (a < b ? -1 : 1);

async function inputOf(input: string): Promise<Input> {
  let stats: Stats;
  try {
    stats = await stat(input);
  } catch (cause) {
    const { base, glob } = await globOf(input);
    if (picomatch.scan(glob).isGlob) return { kind: 'folder', path: base, glob };
    return { kind: 'bad', path: input, error: unreadable(input, cause) };
  }
  if (stats.isDirectory()) return { kind: 'folder', path: input };
  if (stats.isFile()) return { kind: 'file', path: input, stats };
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

/** Folders that are there are no pattern, whatever signs are in their names: `Italy (2023)/*.jpg`. */
async function globOf(input: string): Promise<{ base: string; glob: string }> {
  const parts = slashed(input).split('/');
  for (let count = parts.length - 1; count > 0; count--) {
    const base = parts.slice(0, count).join('/') || '/';
    const isFolder = await stat(base).then(
      (stats) => stats.isDirectory(),
      () => false,
    );
    if (isFolder) return { base, glob: parts.slice(count).join('/') };
  }
  return { base: '.', glob: slashed(input) };
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
  return formatOfName(name) !== undefined;
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
