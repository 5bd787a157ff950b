import { existsSync } from 'node:fs';
import { readdir, readFile, realpath, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { PerpixelError } from '../../core/errors.js';

/** Libraries of one kind of machine, as onnxruntime-node brings them for all. */
interface PlatformLibraries {
  /** `win32/arm64`. */
  name: string;
  /** What they take on the disk. */
  bytes: number;
}

/** What `prune` did. */
export interface Pruned {
  /** The folder of onnxruntime-node. */
  folder: string;
  kept: string;
  /** Nothing, where it had been done before. */
  removed: PlatformLibraries[];
}

export interface PruneOptions {
  /** @default of the process */
  platform?: string;
  /** @default of the process */
  arch?: string;
  /** A module of the installation. @default this one */
  from?: string;
}

const PLATFORMS = ['darwin', 'linux', 'win32'];
const ARCHITECTURES = ['arm64', 'x64'];

/**
 * Removes what onnxruntime-node brings for other kinds of machines than this: 240 MB of 290. Only in the node_modules that
 * perpixel itself was installed into, since another's may be there for another machine.
 *
 * @throws PerpixelError E_ENGINE where onnxruntime-node is missing, is another installation's, or has nothing for this machine;
 *   E_WRITE where it may not be changed. Nothing was removed then, but for what E_WRITE left behind.
 */
export async function prune({
  platform = process.platform,
  arch = process.arch,
  from = fileURLToPath(import.meta.url),
}: PruneOptions = {}): Promise<Pruned> {
  const folder = await ownRuntime(from);
  const kept = `${platform}/${arch}`;
  const removed: (PlatformLibraries & { place: string })[] = [];
  let hasOwn = false;
  const bin = path.join(folder, 'bin');
  for (const napi of (await readdir(bin)).filter((name) => /^napi-v\d+$/.test(name))) {
    for (const name of PLATFORMS.flatMap((each) => ARCHITECTURES.map((other) => `${each}/${other}`))) {
      const place = path.join(bin, napi, name);
      if (!existsSync(place)) continue;
      if (name === kept) hasOwn ||= existsSync(path.join(place, 'onnxruntime_binding.node'));
      else removed.push({ name, place, bytes: await sizeOf(place) });
    }
  }
  if (!hasOwn)
    throw refusal(folder, `no libraries for ${kept}`, 'those that stay to be there', 'Install perpixel again.');
  try {
    for (const { place } of removed) {
      await rm(place, { recursive: true });
      const left = await readdir(path.dirname(place));
      if (left.length === 0) await rm(path.dirname(place), { recursive: true });
    }
  } catch (cause) {
    throw new PerpixelError({
      code: 'E_WRITE',
      subject: folder,
      received: (cause as Error).message,
      expected: 'an installation that may be changed',
      cure: 'Run it as the user who installed perpixel.',
      cause,
    });
  }
  return { folder, kept, removed: removed.map(({ name, bytes }) => ({ name, bytes })) };
}

/** @returns the real folder of onnxruntime-node */
async function ownRuntime(from: string): Promise<string> {
  let folder: string;
  try {
    folder = path.dirname(path.dirname(createRequire(from).resolve('onnxruntime-node')));
  } catch (cause) {
    throw refusal('perpixel', 'no onnxruntime-node', 'it to be installed', 'Install perpixel again.', cause);
  }
  const place = await realpath(folder);
  const home = await packageOf(await realpath(from));
  // Beside perpixel in one node_modules, or in its own; a link leads elsewhere.
  const isOwn = [path.dirname(home), path.join(home, 'node_modules')].some(
    (modules) => path.basename(modules) === 'node_modules' && path.join(modules, 'onnxruntime-node') === place,
  );
  if (isOwn) return place;
  throw refusal(
    place,
    "another installation's onnxruntime-node",
    `the one beside ${home}`,
    'Remove the folders of other platforms there by hand, if nobody else needs them.',
  );
}

/** The nearest folder above with a package.json of perpixel. */
async function packageOf(file: string): Promise<string> {
  for (let folder = path.dirname(file); ; folder = path.dirname(folder)) {
    const text = await readFile(path.join(folder, 'package.json'), 'utf8').catch(() => undefined);
    if (text !== undefined || path.dirname(folder) === folder) return folder;
  }
}

async function sizeOf(folder: string): Promise<number> {
  const names = await readdir(folder, { recursive: true });
  const sizes = names.map(async (name) => (await stat(path.join(folder, name))).size);
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

function refusal(subject: string, received: string, expected: string, cure: string, cause?: unknown): PerpixelError {
  return new PerpixelError({ code: 'E_ENGINE', subject, received, expected, cure, cause });
}
