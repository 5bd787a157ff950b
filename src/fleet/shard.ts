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

/** The photos of a job below its input, whoever wrote it into the queue: none where it is no shard. */
export function namesOf(data: unknown): string[] {
  const { success, data: shard } = shardSchema.safeParse(data);
  return success ? shard.photos.map(({ name }) => [shard.folder, name].filter(Boolean).join('/')) : [];
}

type Named = Pick<ShardPhoto, 'name' | 'identity'>;

/** Name of a job: the same photos as they are, for the same run, are one job, however often they are added. */
export function shardId({ run, folder, photos }: Pick<Shard, 'run' | 'folder'> & { photos: readonly Named[] }): string {
  const identities = photos.map((each) => [each.name, each.identity]);
  const digest = createHash('sha256')
    .update(JSON.stringify([folder, identities]))
    .digest('hex');
  return `${run}-${digest.slice(0, 24)}`;
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
