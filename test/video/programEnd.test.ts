import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { filter, lastValueFrom, take, toArray } from 'rxjs';
import { beforeEach, describe, expect, test } from 'vitest';
import { encodeFrames } from '../../src/video/encodeFrames.js';
import { findFfmpeg } from '../../src/video/ffmpeg.js';
import { frames } from '../../src/video/frames.js';
import { openVideo } from '../../src/video/openVideo.js';
import { requireWritten } from '../../src/video/programEnd.js';
import { videoFileSink } from '../../src/video/videoFileSink.js';
import { y4mFileSink } from '../../src/video/y4mFileSink.js';
import { faultyFfmpeg } from '../helpers/faultyFfmpeg.js';
import { decoded, testVideo } from '../helpers/ffmpegFixtures.js';
import { temporaryFolder } from '../helpers/temporaryFolder.js';

let folder: string;
const at = (name: string) => path.join(folder, name);

beforeEach(async () => {
  folder = await temporaryFolder();
  testVideo('64x48', 30, '-c:v', 'ffv1', at('x.mkv'));
});

async function run(program?: string) {
  const [source, ffmpegs] = [await openVideo(at('x.mkv'), { ffmpeg: program }), await findFfmpeg(program)];
  const sink = await videoFileSink(
    at('out.mkv'),
    { source, codec: 'ffv1', segmentFrames: 10, job: { any: 1 } },
    ffmpegs,
  );
  const all = await lastValueFrom(
    frames(source).pipe(
      filter(({ index }) => index >= sink.done),
      encodeFrames(sink),
      toArray(),
    ),
  );
  return all.length;
}

// Windows has no such scripts.
describe.skipIf(process.platform === 'win32')('an FFmpeg that goes wrong', () => {
  test.each([
    ['decodes all and is ended', 'rawvideo pipe:1', 'REAL "$@"; kill -KILL $$', 'E_PROGRAM'],
    ['is ended in the middle of a frame', 'rawvideo pipe:1', 'REAL "$@" | head -c 50000; kill -SEGV $$', 'E_PROGRAM'],
    ['was told to stop', 'rawvideo pipe:1', 'REAL "$@"; exit 255', 'E_PROGRAM'],
    ['cannot read on', 'rawvideo pipe:1', 'REAL "$@"; echo "[error] x.mkv: Input/output error" >&2', 'E_READ'],
    ['fails without a word', 'rawvideo pipe:1', 'REAL "$@"; exit 1', 'E_PROGRAM'],
    ['encodes and is ended', '-f ivf', 'REAL "$@"; kill -KILL $$', 'E_PROGRAM'],
    ['encodes, was told to stop and ends its file', '-f ivf', 'REAL "$@"; exit 255', 'E_PROGRAM'],
    [
      'encodes, has no room and says that all is well',
      '-f ivf',
      'REAL "$@"; echo "x: No space left on device" >&2',
      'E_WRITE',
    ],
    [
      'encodes fewer frames than it was given',
      '-f ivf',
      'head -c 20000 | REAL "$@" 2> /dev/null; cat > /dev/null',
      'E_PROGRAM',
    ],
    [
      'joins, has no room and says that all is well',
      'list.ffconcat',
      'REAL "$@"; echo "No space left on device" >&2',
      'E_WRITE',
    ],
    ['joins and is ended', 'list.ffconcat', 'REAL "$@"; kill -INT $$', 'E_PROGRAM'],
    ['joins less than all', 'list.ffconcat', 'sed -i "/^file.*20_/,\\$d" list.ffconcat; REAL "$@"', 'E_PROGRAM'],
  ])('%s: there is no result, and the same run goes on afterwards', async (_, when, then, code) => {
    await expect(run(await faultyFfmpeg(folder, when, then))).rejects.toMatchObject({ code });
    expect((await readdir(folder)).filter((name) => name === 'out.mkv')).toEqual([]);
    await run();
    expect(decoded(at('out.mkv'), 'yuv420p').equals(decoded(at('x.mkv'), 'yuv420p'))).toBe(true);
    expect((await readdir(folder)).filter((name) => name.startsWith('out.mkv'))).toEqual(['out.mkv']);
  });
});

test.each([
  ['a video', async () => videoFileSink(at('out.mkv'), { source: await openVideo(at('x.mkv')), codec: 'ffv1' })],
  ['a y4m file', async () => y4mFileSink(at('out.y4m'))],
])('%s that nobody wants any more while its first frame is being written: nothing of it is left', async (_, open) => {
  const source = await openVideo(at('x.mkv'));
  const [frame] = await lastValueFrom(frames(source).pipe(take(1), toArray()));
  const sink = await open();
  const writing = sink.write(frame);
  sink.discard();
  await expect(writing).rejects.toThrow();
  const programs = () => process.getActiveResourcesInfo().filter((name) => name === 'ProcessWrap');
  await expect.poll(programs, { timeout: 20_000 }).toEqual([]);
  const left = await readdir(folder, { recursive: true });
  expect(left.filter((name) => /\.tmp$|y4m$|nut$/.test(name))).toEqual([]);
});

test.each([
  ['No space left on device', 'E_WRITE', /Free some space/],
  ['Disk quota exceeded', 'E_WRITE', /Free some space/],
  ['Read-only file system', 'E_WRITE', /Write elsewhere/],
  ['x.nut: Input/output error', 'E_PROGRAM', /codec/],
])('%s is told of though the exit status is 0', (said, code, cure) => {
  const otherwise = { expected: 'it encoded', cure: 'Choose another codec.' };
  expect(() => requireWritten('ffmpeg', { code: 0, signal: null }, said, otherwise)).toThrow(
    expect.objectContaining({ code, cure: expect.stringMatching(cure) }),
  );
});
