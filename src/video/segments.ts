import { existsSync, readdirSync, readFileSync, rmdirSync, rmSync, statSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { PerpixelError } from '../core/errors.js';
import { lock } from '../core/files/lock.js';
import { makeFolder } from '../core/files/makeFolder.js';
import { unwritable } from '../core/files/unwritable.js';
import { writeWhole } from '../core/files/writeWhole.js';

/** A part of a video that is finished: its frames were counted, and it was read to its end. */
export interface Segment {
  file: string;
  /** Its first frame. */
  index: number;
  /** The time of that frame, in ticks. */
  pts: number;
  frames: number;
  /** The frame to go on with. */
  next: number;
  /** The time of its last frame, in ticks. */
  lastPts: number;
}

/** The folder of a video's segments, while one run works on it. */
export interface SegmentFolder {
  readonly path: string;
  /** In their order, without a gap. */
  readonly segments: readonly Segment[];
  /** Takes one in, which is in the folder under the name of `segmentFile`. */
  add(segment: Segment): Promise<void>;
  /** @throws PerpixelError E_WRITE another run has taken the folder */
  check(): void;
  /** Leaves it to another run; without a segment in it, it goes. */
  release(): void;
  /** Removes all that is ours in it, and the folder with it if nothing else is there. */
  remove(): void;
}

const SEGMENT = /^(\d{8,})_(-?\d+)\.(?:nut|json)$/;
const MARKER = 'perpixel-video.json';
const LOCK = 'lock';
/** What only this run has written, since it holds the lock, and what it may find there from earlier runs. */
const PASSING = /^(?:list\.ffconcat|blank\.nut|trial|lock\.next|\.perpixel-.*)$/;
const BEFORE_LOCK = /^(?:lock|lock\.next|\.perpixel-.*)$/;

/** Name of a segment, which says where it begins. */
export function segmentFile(folder: string, { index, pts }: Pick<Segment, 'index' | 'pts'>): string {
  return path.join(folder, `${String(index).padStart(8, '0')}_${pts}.nut`);
}

/**
 * Takes the folder of a video's segments for one run, and finds the segments that an earlier run of the same job finished. Each has a
 * manifest beside it, with its number of frames and of bytes. Segments of another job (another source, other options) are removed. A folder
 * that is not ours is left alone.
 *
 * @param output the video, which the folder stands beside: `OUTPUT.parts`
 * @param job all that decides what the frames become; compared as JSON
 * @throws PerpixelError E_WRITE another run has it, it is not ours, or it cannot be made
 */
export async function openSegments(output: string, job: unknown): Promise<SegmentFolder> {
  const folder = `${output}.parts`;
  const held = await taken(folder, output);
  try {
    const marker = path.join(folder, MARKER);
    const isSame = JSON.stringify(jobIn(marker)) === JSON.stringify(job);
    const segments = isSame ? segmentsIn(folder) : [];
    const kept = new Set(segments.flatMap(({ file }) => [path.basename(file), path.basename(manifestOf(file))]));
    removeNames(folder, (name) => PASSING.test(name) || (SEGMENT.test(name) && !kept.has(name)));
    if (!isSame)
      await writeWhole(marker, (temporary) => writeFile(temporary, JSON.stringify({ madeBy: MADE_BY, job })));
    const remove = () => {
      removeNames(folder, (name) => PASSING.test(name) || SEGMENT.test(name));
      rmSync(marker, { force: true });
      held.release();
      removeEmpty(folder);
    };
    return {
      path: folder,
      segments,
      async add({ file, ...facts }) {
        const manifest = JSON.stringify({ ...facts, bytes: statSync(file).size });
        await writeWhole(manifestOf(file), (temporary) => writeFile(temporary, manifest));
        segments.push({ file, ...facts });
      },
      check: () => held.check(),
      // On the disk: the last may be there already, and not yet be told of here.
      release: () => (existsSync(folder) && segmentsIn(folder).length > 0 ? held.release() : remove()),
      remove,
    };
  } catch (error) {
    held.release();
    removeEmpty(folder);
    throw error;
  }
}

const MADE_BY = 'perpixel video';

/** Makes the folder and holds it. It may be removed by its last holder in between. */
async function taken(folder: string, output: string): Promise<Awaited<ReturnType<typeof lock>>> {
  for (;;) {
    try {
      await makeFolder(folder);
    } catch (error) {
      throw unwritable(folder, error);
    }
    requireOurs(folder);
    try {
      return await lock(path.join(folder, LOCK), { subject: output });
    } catch (error) {
      if (((error as Error).cause as NodeJS.ErrnoException | undefined)?.code !== 'ENOENT') throw error;
    }
  }
}

/** @throws PerpixelError E_WRITE somebody else made it */
function requireOurs(folder: string): void {
  if (isMarked(path.join(folder, MARKER))) return;
  if (readdirSync(folder).every((name) => BEFORE_LOCK.test(name))) return;
  throw new PerpixelError({
    code: 'E_WRITE',
    subject: folder,
    received: 'a folder with files that are none of ours',
    expected: 'no such folder, or one of an earlier run: the parts of the video go there',
    cure: 'Move it away, or give the video another name.',
  });
}

function isMarked(marker: string): boolean {
  return (json(marker) as { madeBy?: string } | undefined)?.madeBy === MADE_BY;
}

function jobIn(marker: string): unknown {
  return (json(marker) as { job?: unknown } | undefined)?.job;
}

/** Those with a manifest that is true of them, as far as one begins where the one before it ends. */
function segmentsIn(folder: string): Segment[] {
  const found: Segment[] = [];
  for (const name of readdirSync(folder).sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10))) {
    const file = path.join(folder, name);
    if (!SEGMENT.test(name) || !name.endsWith('.nut')) continue;
    const { bytes, ...facts } = (json(manifestOf(file)) ?? {}) as Omit<Segment, 'file'> & { bytes?: number };
    if (statSync(file).size !== bytes || facts.index !== (found.at(-1)?.next ?? 0)) break;
    found.push({ file, ...facts });
  }
  return found;
}

function manifestOf(segment: string): string {
  return segment.replace(/\.nut$/, '.json');
}

function json(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined; // None, or none of ours.
  }
}

function removeNames(folder: string, isOurs: (name: string) => boolean): void {
  for (const name of readdirSync(folder)) if (isOurs(name)) rmSync(path.join(folder, name), { force: true });
}

function removeEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // Something of somebody else's is in it.
  }
}
