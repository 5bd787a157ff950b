import { createWriteStream } from 'node:fs';
import { mkdir, readFile, stat, utimes } from 'node:fs/promises';
import path from 'node:path';
// How the store is addressed, which the SDK does not find out by itself: no other setting is read.
import { env } from 'node:process';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { _Object, S3Client } from '@aws-sdk/client-s3';
import { PerpixelError } from '../../core/errors.js';
import { formatOfName } from '../../images/formats/lookup.js';
import { type FileResult, fileResult, type PictureFile } from '../../pipelines/items.js';
import { chosen, type WalkOptions } from '../../pipelines/walkFiles.js';
import { peer } from '../peers.js';
import { isName, nameOf, type Place, within } from '../place.js';
import type { InputStore, OutputStore, StoreFolder, StorePhoto } from './store.js';

type Bucket = Extract<Place, { kind: 's3' }>;

/** How often a request is made before its failure is told of; the queue tries a photo again after that. */
const ATTEMPTS = 8;
/** The most that is put by one request. */
const LARGEST = 2 ** 31 - 1;

const sdk = () => peer('@aws-sdk/client-s3', () => import('@aws-sdk/client-s3'));

let shared: Promise<S3Client> | undefined;

/** One client a process. Region, endpoint and credentials are what the SDK finds in the environment, the profile or the machine. */
function client(): Promise<S3Client> {
  shared ??= sdk().then(
    ({ S3Client }) =>
      new S3Client({
        maxAttempts: ATTEMPTS,
        followRegionRedirects: true,
        // Servers of other makers have no name for each bucket, and do not know the newer checksums.
        forcePathStyle: hasOwnEndpoint(),
        requestChecksumCalculation: 'WHEN_REQUIRED',
        responseChecksumValidation: 'WHEN_REQUIRED',
      }),
  );
  return shared;
}

// The SDK reads it by itself; what it does not know is how such servers are addressed.
const hasOwnEndpoint = () => Boolean(env.AWS_ENDPOINT_URL_S3 ?? env.AWS_ENDPOINT_URL);

/** Photos in a bucket. */
export function s3Input(place: Bucket): InputStore {
  const { bucket, prefix } = place;
  const below = (folder: string) => [prefix, folder].filter(Boolean).join('/');
  const address = (folder: string, name: string) => `${nameOf(place)}/${[folder, name].filter(Boolean).join('/')}`;

  async function* walk(
    folder: string,
    options: WalkOptions,
    { isIncluded, isExcluded }: ReturnType<typeof chosen>,
  ): AsyncGenerator<StoreFolder | FileResult> {
    const photos: StorePhoto[] = [];
    const names: string[] = [];
    const folders: string[] = [];
    const inside = (name: string) => [folder, name].filter(Boolean).join('/');
    const isWanted = (name: string) => isIncluded(inside(name)) && !isExcluded(inside(name));
    try {
      for await (const entry of listing(bucket, below(folder))) {
        const { name } = entry;
        if (name.startsWith('.')) continue;
        if (!isName(name)) yield fileResult('failed', address(folder, name), { error: noName(address(folder, name)) });
        else if (entry.kind === 'folder') folders.push(name);
        else if (options.isMeant?.(name) ?? formatOfName(name) !== undefined) {
          names.push(name);
          if (isWanted(name)) photos.push({ name, identity: entry.etag, modified: entry.modified });
        } else if (isWanted(name)) options.onLeftOut?.(address(folder, name));
      }
    } catch (cause) {
      yield fileResult('failed', address(folder, ''), { error: failed('E_READ', address(folder, ''), cause) });
      return;
    }
    if (photos.length > 0) yield { folder, photos, names };
    for (const inner of folders.map(inside)) {
      const isOutput = nameOf(within(place, inner)) === options.output;
      if (!isOutput && !isExcluded(inner)) yield* walk(inner, options, { isIncluded, isExcluded });
    }
  }

  return {
    nameOf: address,
    folders: (options) => walk('', options, chosen(options.include, options.exclude)),

    async file(folder, photo, temporary): Promise<PictureFile> {
      const { name, identity, siblings = [name] } = photo;
      const target = path.join(temporary, folder, name);
      await mkdir(path.dirname(target), { recursive: true });
      const modified = await fetched(bucket, below([folder, name].filter(Boolean).join('/')), identity, target).catch(
        (cause) => {
          throw failed('E_READ', address(folder, name), cause);
        },
      );
      const { size: bytes } = await stat(target);
      return { status: 'listed', path: target, relative: path.join(folder, name), siblings, bytes, modified };
    },
  };
}

/** Results in a bucket: each is put on condition that nobody has. */
export function s3Output(place: Bucket): OutputStore {
  const { bucket, prefix } = place;
  const keyOf = (below: string) => [prefix, below].filter(Boolean).join('/');

  async function reach(): Promise<void> {
    const { HeadBucketCommand } = await sdk();
    await (await client()).send(new HeadBucketCommand({ Bucket: bucket })).catch((cause) => {
      throw failed('E_WRITE', `s3://${bucket}`, cause);
    });
  }

  return {
    prepare: reach,
    require: reach,

    async results(folder) {
      const there = new Map<string, Date>();
      for await (const entry of listing(bucket, keyOf(folder))) {
        if (entry.kind === 'file') there.set(entry.name, entry.modified);
      }
      return async (name, modified) => {
        const written = there.get(name);
        if (written === undefined) return 'missing';
        // What was written before its photo is of what that was before. Times of a store are whole seconds.
        return modified.getTime() - written.getTime() > 1000 ? 'another' : 'there';
      };
    },

    async names(below) {
      const names: string[] = [];
      for await (const { name } of listing(bucket, keyOf(below))) names.push(name);
      return names;
    },

    async get(below, file) {
      await fetched(bucket, keyOf(below), undefined, file).catch((cause) => {
        throw failed('E_READ', `${nameOf(place)}/${below}`, cause);
      });
    },

    async remove(below) {
      const { DeleteObjectCommand } = await sdk();
      const sending = await client();
      for await (const { kind, name } of listing(bucket, keyOf(below))) {
        if (kind === 'folder') continue;
        const Key = keyOf(`${below}/${name}`);
        await sending.send(new DeleteObjectCommand({ Bucket: bucket, Key })).catch((cause) => {
          throw failed('E_WRITE', `s3://${bucket}/${Key}`, cause);
        });
      }
    },

    async has(below) {
      const { HeadObjectCommand } = await sdk();
      return (await client()).send(new HeadObjectCommand({ Bucket: bucket, Key: keyOf(below) })).then(
        () => true,
        (cause) => {
          if (statusOf(cause) === 404) return false;
          throw failed('E_WRITE', `${nameOf(place)}/${below}`, cause);
        },
      );
    },

    async put(below, file, modified) {
      const { PutObjectCommand } = await sdk();
      const { size } = await stat(file);
      if (size > LARGEST) throw tooLarge(`${nameOf(place)}/${below}`, size);
      const put = new PutObjectCommand({
        Bucket: bucket,
        Key: keyOf(below),
        Body: await readFile(file),
        IfNoneMatch: '*',
        // As rclone and s3fs keep the time of a file.
        ...(modified && { Metadata: { mtime: String(modified.getTime() / 1000) } }),
      });
      return (await client()).send(put).then(
        () => true,
        (cause) => {
          // Somebody has; it may have been this very request, whose answer was lost.
          if (statusOf(cause) === 412) return false;
          throw failed('E_WRITE', `${nameOf(place)}/${below}`, cause);
        },
      );
    },
  };
}

type Entry = { kind: 'folder'; name: string } | { kind: 'file'; name: string; etag: string; modified: Date };

/** One folder of a bucket, a thousand entries in memory at a time. */
async function* listing(bucket: string, folder: string): AsyncGenerator<Entry> {
  const { paginateListObjectsV2 } = await sdk();
  const prefix = folder === '' ? '' : `${folder}/`;
  const own = (key = '') => key.slice(prefix.length);
  const asked = { Bucket: bucket, Prefix: prefix, Delimiter: '/' };
  for await (const { Contents = [], CommonPrefixes = [] } of paginateListObjectsV2({ client: await client() }, asked)) {
    for (const { Prefix } of CommonPrefixes) yield { kind: 'folder', name: own(Prefix).slice(0, -1) };
    for (const { Key, ETag = '', LastModified = new Date(0) } of Contents as _Object[]) {
      // A console marks an empty folder by a file without a name.
      if (own(Key) === '') continue;
      yield { kind: 'file', name: own(Key), etag: ETag.replaceAll('"', ''), modified: LastModified };
    }
  }
}

/**
 * Fetches an object; again where its connection breaks.
 *
 * @param etag on condition that it is as it was listed
 * @returns the time of the photo
 */
async function fetched(
  bucket: string,
  key: string,
  etag: string | undefined,
  target: string,
): Promise<Date | undefined> {
  const { GetObjectCommand } = await sdk();
  for (let attempt = 1; ; attempt++) {
    const { Body, LastModified } = await (await client()).send(
      new GetObjectCommand({ Bucket: bucket, Key: key, ...(etag !== undefined && { IfMatch: `"${etag}"` }) }),
    );
    try {
      await pipeline(Body as Readable, createWriteStream(target));
      if (LastModified) await utimes(target, LastModified, LastModified);
      return LastModified;
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
    }
  }
}

const statusOf = (cause: unknown) => (cause as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;

/** What a server or the way to it said, in words. It never holds credentials: of a request only the address is told. */
function failed(code: 'E_READ' | 'E_WRITE', subject: string, cause: unknown): PerpixelError {
  if (cause instanceof PerpixelError) return cause;
  const { name = 'Error', message = '', code: own } = cause as Error & { code?: string };
  const [received, cure] =
    statusOf(cause) === 412
      ? ['an object that was changed since it was added', 'Run perpixel fleet add again.']
      : statusOf(cause) === 404
        ? ['no such object or bucket', 'Check the address, and AWS_ENDPOINT_URL where the store is not of AWS.']
        : statusOf(cause) === 403
          ? ['no permission', 'Check the credentials that the AWS SDK finds, and what they allow.']
          : [
              `a failing store (${own ?? name}: ${message.split('\n')[0]})`,
              'Check the store; then perpixel fleet retry.',
            ];
  const expected = code === 'E_READ' ? 'an object that can be read' : 'a place that can be written';
  return new PerpixelError({ code, subject, received, expected, cure, cause });
}

function noName(subject: string): PerpixelError {
  return new PerpixelError({
    code: 'E_READ',
    subject,
    received: 'a key that is no path',
    expected: 'names with single slashes between them',
    cure: 'Copy the object to another key.',
  });
}

function tooLarge(subject: string, size: number): PerpixelError {
  return new PerpixelError({
    code: 'E_WRITE',
    subject,
    received: `a result of ${size} bytes`,
    expected: `at most ${LARGEST}`,
    cure: 'Write to a folder, or in another --format.',
  });
}
