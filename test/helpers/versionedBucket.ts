import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  type S3Client,
} from '@aws-sdk/client-s3';

/** Makes a bucket that keeps every version of what is put into it. */
export async function versionedBucket(client: S3Client, name: string): Promise<string> {
  await client.send(new CreateBucketCommand({ Bucket: name }));
  const VersioningConfiguration = { Status: 'Enabled' } as const;
  await client.send(new PutBucketVersioningCommand({ Bucket: name, VersioningConfiguration }));
  return name;
}

/** All that was ever put below a prefix, page by page. */
export async function* versionsBelow(
  client: S3Client,
  bucket: string,
  prefix: string,
): AsyncGenerator<{ key: string; content: Buffer }> {
  for (let KeyMarker: string | undefined, VersionIdMarker: string | undefined, more = true; more; ) {
    const page = await client.send(
      new ListObjectVersionsCommand({ Bucket: bucket, Prefix: prefix, KeyMarker, VersionIdMarker }),
    );
    for (const { Key, VersionId } of page.Versions ?? []) {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key, VersionId }));
      yield { key: Key!, content: Buffer.from(await Body!.transformToByteArray()) };
    }
    ({ NextKeyMarker: KeyMarker, NextVersionIdMarker: VersionIdMarker } = page);
    more = page.IsTruncated ?? false;
  }
}
