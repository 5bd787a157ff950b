import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { removeStaleTemporaries } from '../core/files/writeWhole.js';

/** A finished part of a video. */
export interface Segment {
  file: string;
  /** Its first frame. */
  index: number;
  /** The time of that frame, in ticks. */
  pts: number;
}

const NAME = /^(\d+)_(-?\d+)\.nut$/;
const JOB = 'job.json';

/** Name of a segment, which says where it begins. */
export function segmentFile(folder: string, { index, pts }: Pick<Segment, 'index' | 'pts'>): string {
  return path.join(folder, `${String(index).padStart(8, '0')}_${pts}.nut`);
}

/** The finished segments in a folder, in their order. */
export async function segmentsIn(folder: string): Promise<Segment[]> {
  const names = await readdir(folder).catch(() => []);
  const found = names.map((name) => NAME.exec(name)).filter((match) => match !== null);
  return found
    .map(([name, index, pts]) => ({ file: path.join(folder, name), index: Number(index), pts: Number(pts) }))
    .sort((a, b) => a.index - b.index);
}

/**
 * Makes a folder ready for the segments of a job, and gives those that an earlier run of the same job finished.
 * Segments of another job (another source, other options) are removed.
 *
 * @param job all that decides what the frames become; compared as JSON
 */
export async function resumeSegments(folder: string, job: unknown): Promise<Segment[]> {
  const wanted = JSON.stringify(job);
  const before = await readFile(path.join(folder, JOB), 'utf8').catch(() => undefined);
  if (before !== wanted) {
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(folder, JOB), wanted);
  }
  await removeStaleTemporaries(folder);
  return segmentsIn(folder);
}
