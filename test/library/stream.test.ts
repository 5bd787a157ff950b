import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline as streams } from 'node:stream/promises';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { noisyPhoto } from '../helpers/noisyPhoto.js';
import { tinyPipeline } from './tinyPipeline.js';

const inPieces = (bytes: Buffer) =>
  Readable.from(
    Array.from({ length: Math.ceil(bytes.length / 100) }, (_, i) => bytes.subarray(100 * i, 100 * i + 100)),
  );

test('bytes of a file in, bytes of a file out', async () => {
  const clean = await tinyPipeline();
  const jpeg = await noisyPhoto().jpeg().toBuffer();
  const [result] = await Promise.all([buffer(inPieces(jpeg).pipe(clean.stream({ sigma: 9 })))]);
  expect(result).toEqual(await clean(jpeg, { sigma: 9 }));
});

test('between two streams of sharp', async () => {
  const clean = await tinyPipeline();
  const result = new PassThrough();
  await streams(
    inPieces(await noisyPhoto().png().toBuffer()),
    sharp().resize(12).png(),
    clean.stream(),
    sharp().webp(),
    result,
  );
  expect(await sharp(await buffer(result)).metadata()).toMatchObject({ format: 'webp', width: 12, height: 8 });
});

test('what is no picture is the error of the whole chain', async () => {
  const clean = await tinyPipeline();
  const chain = streams(inPieces(Buffer.from('not a picture')), clean.stream(), new PassThrough().resume());
  await expect(chain).rejects.toMatchObject({ code: 'E_FORMAT' });
});

test.each(['the signal', 'destroying it'])('%s stops the work', async (how) => {
  const clean = await tinyPipeline();
  const aborter = new AbortController();
  let calls = 0;
  const stop = () => {
    calls++;
    if (how === 'the signal') aborter.abort();
    else stream.destroy(new Error('AbortError'));
  };
  const photo = await noisyPhoto({ width: 256, height: 256 }).png().toBuffer();
  const stream = clean.stream({ sigma: 9, tile: 64, signal: aborter.signal, onProgress: stop });
  await expect(streams(inPieces(photo), stream, new PassThrough().resume())).rejects.toThrow(/abort/i);
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(calls).toBe(1);
});
