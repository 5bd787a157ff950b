import { createHash } from 'node:crypto';
import path from 'node:path';
import * as z from 'zod';
import { isBelow, isName } from './place.js';

const name = z.string().refine(isName, 'the name of a file, without a path');

const photo = z.strictObject({
  name,
  /** Size and time, or what the store calls this content: a photo that was changed has another. */
  identity: z.string().max(200),
  /** Photos of its folder that its result could be named like, itself included. @default none but itself */
  siblings: z.array(name).optional(),
});

/** A photo of a job: plain data, and no more of it than a worker cannot find out. */
export type ShardPhoto = z.infer<typeof photo>;

/** What a job of the queue is: photos of one folder, and by which run they are worked on. */
export const shardSchema = z.strictObject({
  run: z.string().regex(/^[\w+-]{1,200}$/),
  /** Below the input, with slashes. */
  folder: z.string().refine(isBelow, 'a path below the input'),
  photos: z.array(photo).min(1).max(1000),
});

export type Shard = z.infer<typeof shardSchema>;

const video = shardSchema.omit({ photos: true }).extend({ video: photo });

/** A video of a run: it is to be cut into parts or, where all of them are there, joined. */
export type VideoJob = z.infer<typeof video>;

const part = video
  .extend({ part: z.int().min(0), parts: z.int().min(1).max(1_000_000) })
  .refine((own) => own.part < own.parts, { path: ['part'], error: 'the number of a part, from 0' });

/** One part of a video: a segment, the last one with all that comes behind it. */
export type PartJob = z.infer<typeof part>;

/** What a job of the queue may be. */
export type FleetJob = Shard | VideoJob | PartJob;

/** What a job has to fit. */
export function jobSchema(data: unknown): z.ZodType<FleetJob> {
  if (typeof data !== 'object' || data === null || !('video' in data)) return shardSchema;
  return 'part' in data ? part : video;
}

/** What a job is counted as: a video is one thing, and so is each of its parts. */
export function countOf(job: FleetJob): number {
  return 'photos' in job ? job.photos.length : 1;
}

/** The photos of a job below its input, or its video, whoever wrote it into the queue: none where it is no job. */
export function namesOf(data: unknown): string[] {
  const { success, data: job } = jobSchema(data).safeParse(data);
  if (!success) return [];
  const below = (name: string) => [job.folder, name].filter(Boolean).join('/');
  if ('photos' in job) return job.photos.map(({ name }) => below(name));
  return [`${below(job.video.name)}${'part' in job ? ` ${partName(job)}` : ''}`];
}

/** A part for people: `(part 3 of 8)`. */
export const partName = ({ part: index, parts }: PartJob): string => `(part ${index + 1} of ${parts})`;

type Named = Pick<ShardPhoto, 'name' | 'identity'>;

/** Name of a job: the same photos as they are, for the same run, are one job, however often they are added. */
export function shardId({ run, folder, photos }: Pick<Shard, 'run' | 'folder'> & { photos: readonly Named[] }): string {
  const identities = photos.map((each) => [each.name, each.identity]);
  const digest = createHash('sha256')
    .update(JSON.stringify([folder, identities]))
    .digest('hex');
  return `${run}-${digest.slice(0, 24)}`;
}

/** Name of the job of a video. */
export function videoId({ run, folder, video: own }: VideoJob): string {
  return shardId({ run, folder, photos: [own] });
}

/**
 * What of a folder's names decides what a photo's results are called: `outputNames` of these gives it the same name as of them all. They
 * are those that begin as it does, up to its extension.
 *
 * @param names all photos of the folder
 * @returns for each photo its siblings, where it has any but itself
 */
export function siblingsOf(names: readonly string[]): (name: string) => string[] | undefined {
  const folded = (text: string) => text.normalize('NFC').toLowerCase();
  const sorted = names.map((own) => ({ own, key: folded(own) })).sort((a, b) => (a.key < b.key ? -1 : 1));
  /** The first whose key is not before `key`. */
  const from = (key: string) => {
    let low = 0;
    let high = sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sorted[middle].key < key) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  const place = new Map(names.map((own, at) => [own, at]));
  return (own) => {
    const stem = `${folded(path.parse(own).name)}.`;
    const found: string[] = [];
    for (let at = from(stem); sorted[at]?.key.startsWith(stem); at++) found.push(sorted[at].own);
    // In the order of the folder, as names are given in it.
    return found.length > 1 ? found.sort((a, b) => place.get(a)! - place.get(b)!) : undefined;
  };
}
