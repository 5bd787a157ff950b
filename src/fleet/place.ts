import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { PerpixelError } from '../core/errors.js';

/** Where photos or results lie: a folder that all workers see under one path, or what begins with a prefix in a bucket. */
export type Place = { kind: 'folder'; folder: string } | { kind: 's3'; bucket: string; prefix: string };

/**
 * A place by its name: a path, or `s3://bucket/prefix`.
 *
 * @throws PerpixelError E_OPTION another address, or one with credentials in it: it would stand in the queue
 */
export function placeOf(name: string, subject?: string): Place {
  if (!/^\w[\w+.-]+:\/\//.test(name)) return { kind: 'folder', folder: path.resolve(name) };
  const [, bucket, prefix = ''] = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/.exec(name) ?? [];
  const parts = prefix.replace(/\/$/, '').split('/');
  if (bucket !== undefined && (parts.join() === '' || parts.every(isName))) {
    return { kind: 's3', bucket, prefix: parts.join('/') };
  }
  throw new PerpixelError({
    code: 'E_OPTION',
    subject,
    received: name.replace(/\/\/[^/]*@/, '//...@'),
    expected: 'a folder, or s3://bucket/prefix without credentials in it',
    cure: 'Give credentials by the environment or the profile of the AWS SDK.',
  });
}

/** What a place is called: `placeOf` gives the same for it. */
export function nameOf(place: Place): string {
  if (place.kind === 'folder') return place.folder;
  return `s3://${place.bucket}${place.prefix === '' ? '' : `/${place.prefix}`}`;
}

/** A place below another. @param below a path with slashes, of parts that are names */
export function within(place: Place, below: string): Place {
  if (place.kind === 'folder') return { kind: 'folder', folder: path.join(place.folder, below) };
  return { ...place, prefix: [place.prefix, below].filter(Boolean).join('/') };
}

/** Whether a part of a path is the name of something, and leads nowhere else. */
export function isName(part: string): boolean {
  return part !== '' && part !== '.' && part !== '..' && !part.includes('\0') && path.basename(part) === part;
}

/** A path below a place, as jobs have it: `2019/07`, or nothing. */
export function isBelow(folder: string): boolean {
  return folder === '' || folder.split('/').every(isName);
}

/**
 * Makes sure that a place lies in one of those that a worker was given, by whatever links lead there.
 *
 * @param roots undefined where the worker was given none, and any will do
 * @throws PerpixelError E_OPTION
 */
export async function requireWithin(place: Place, roots: readonly Place[] | undefined): Promise<void> {
  if (roots === undefined) return;
  const tests = roots.map((root) => liesIn(root, place));
  if ((await Promise.all(tests)).includes(true)) return;
  throw new PerpixelError({
    code: 'E_OPTION',
    subject: nameOf(place),
    received: 'a place outside the roots of this worker',
    expected: `one in ${roots.map(nameOf).join(', ')}`,
    cure: 'Start workers with --root for each place that they may read and write.',
  });
}

async function liesIn(root: Place, place: Place): Promise<boolean> {
  if (root.kind === 's3' && place.kind === 's3') {
    return root.bucket === place.bucket && (root.prefix === '' || `${place.prefix}/`.startsWith(`${root.prefix}/`));
  }
  if (root.kind === 's3' || place.kind === 's3') return false;
  const below = path.relative(await real(root.folder), await real(place.folder));
  return below.split(path.sep)[0] !== '..' && !path.isAbsolute(below);
}

/** The real path of the deepest part that is there, and the rest behind it. */
async function real(file: string): Promise<string> {
  const there = await realpath(file).catch(() => undefined);
  if (there !== undefined || file === path.dirname(file)) return there ?? file;
  return path.join(await real(path.dirname(file)), path.basename(file));
}
