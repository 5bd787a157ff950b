import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { lastValueFrom, take } from 'rxjs';
import { beforeEach, describe, expect, test } from 'vitest';
import { codecLayout, usualCodec } from '../../src/video/codecs.js';
import { findFfmpeg } from '../../src/video/ffmpeg.js';
import { frames } from '../../src/video/frames.js';
import { layoutName, layoutNamed } from '../../src/video/layout.js';
import { type OpenVideoOptions, openVideo } from '../../src/video/openVideo.js';
import { decoded, ffmpeg, ffprobe, testVideo } from '../helpers/ffmpegFixtures.js';
import { temporaryFolder } from '../helpers/temporaryFolder.js';
import { inPieces } from './format.js';

let folder: string;
const at = (name: string) => path.join(folder, name);

beforeEach(async () => {
  folder = await temporaryFolder();
});

async function read(input: Parameters<typeof openVideo>[0], options?: OpenVideoOptions) {
  const source = await openVideo(input, options);
  const all = [];
  for await (const frame of source) all.push(frame);
  return { source, all, bytes: Buffer.concat(all.map(({ bytes }) => bytes)) };
}

describe('y4m that FFmpeg wrote', () => {
  test.each([
    'yuv420p',
    'yuv422p',
    'yuv411p',
    'yuv444p',
    'gray',
    'yuv420p10le',
    'yuv422p12le',
    'yuv444p16le',
    'gray16le',
  ])('%s', async (pixelFormat) => {
    // FFmpeg 5.1 writes rows of half a sample where the width is odd and a sample has two bytes.
    const size = pixelFormat.endsWith('le') ? '36x21' : '37x21';
    const file = at('x.y4m');
    testVideo(size, 2, '-pix_fmt', pixelFormat, '-strict', '-1', file);
    const { source, bytes } = await read(file);
    expect(layoutName(source.format.layout)).toBe(pixelFormat);
    expect(bytes.equals(decoded(file, pixelFormat))).toBe(true);
  });

  test('on a pipe, and raw frames', async () => {
    testVideo('16x16', 3, at('x.y4m'));
    const pipe = await read(inPieces(await readFile(at('x.y4m')), 100));
    expect(pipe.all).toHaveLength(3);
    testVideo('16x16', 3, '-f', 'rawvideo', '-pix_fmt', 'rgb24', at('x.rgb'));
    const raw = { layout: 'rgb24', width: 16, height: 16, rate: { num: 25, den: 1 } };
    const bare = await read(inPieces(await readFile(at('x.rgb')), 100), { raw });
    expect(bare.bytes.equals(await readFile(at('x.rgb')))).toBe(true);
  });
});

describe('files through FFmpeg', () => {
  test.each([
    ['yuv420p', 'yuv420p'],
    ['yuv420p10le', 'yuv420p10le'],
    ['gray', 'gray'],
    ['yuva444p', 'yuv444p'],
  ])('samples of %s come as %s, bit for bit', async (stored, wire) => {
    testVideo('37x21', 3, '-c:v', 'ffv1', '-pix_fmt', stored, at('x.mkv'));
    const { source, bytes } = await read(at('x.mkv'));
    expect(layoutName(source.format.layout)).toBe(wire);
    expect(bytes.equals(decoded(at('x.mkv'), wire))).toBe(true);
  });

  test('RGB comes as 4:4:4 of 16 bits, of which FFmpeg makes the same RGB', async () => {
    testVideo('16x16', 1, '-c:v', 'ffv1', '-pix_fmt', 'gbrp', at('x.mkv'));
    const { source, bytes } = await read(at('x.mkv'));
    expect(source.format).toMatchObject({
      layout: layoutNamed('yuv444p16le'),
      colour: { matrix: 'bt709', range: 'limited' },
    });
    await writeFile(at('x.yuv'), bytes);
    const wire = ['-f', 'rawvideo', '-pix_fmt', 'yuv444p16le', '-video_size', '16x16', '-i', at('x.yuv')];
    const scale = 'scale=in_color_matrix=bt709:in_range=limited';
    const back = ffmpeg(...wire, '-vf', scale, '-f', 'rawvideo', '-pix_fmt', 'rgb24', '-');
    const original = decoded(at('x.mkv'), 'rgb24');
    const furthest = back.reduce((most, value, i) => Math.max(most, Math.abs(value - original[i])), 0);
    expect(furthest).toBeLessThanOrEqual(1);
  });

  test('times as they are, however uneven; colours as they are tagged; pixels that are not square', async () => {
    const uneven = "select='not(eq(mod(n,5),2))',setsar=4/3";
    const tags = ['-color_primaries', 'bt709', '-color_trc', 'bt709', '-colorspace', 'bt709', '-color_range', 'pc'];
    testVideo('32x16', 9, '-vf', uneven, '-fps_mode', 'passthrough', '-c:v', 'libx264', ...tags, at('x.mp4'));
    const { source, all } = await read(at('x.mp4'));
    expect(all.map(({ pts }) => String(pts))).toEqual(ffprobe(at('x.mp4'), 'v', 'frame=pts'));
    expect(new Set(all.map(({ pts }, i) => pts - (all[i - 1]?.pts ?? 0))).size).toBeGreaterThan(2);
    expect(source).toMatchObject({
      total: 9,
      format: {
        colour: { matrix: 'bt709', range: 'full' },
        pixelAspect: { num: 4, den: 3 },
        tags: { range: 'pc', space: 'bt709', primaries: 'bt709', transfer: 'bt709' },
      },
    });
  });

  test('a video that is to be shown turned comes upright', async () => {
    testVideo('32x16', 2, '-c:v', 'libx264', at('lying.mp4'));
    ffmpeg('-i', at('lying.mp4'), '-c', 'copy', '-metadata:s:v', 'rotate=90', at('x.mp4'));
    expect((await read(at('x.mp4'))).source.format).toMatchObject({ width: 16, height: 32 });
  });

  test('a stream that is left early leaves no FFmpeg behind, however much it has still to hand out', async () => {
    testVideo('320x240', 100, '-c:v', 'mpeg4', at('x.mp4'));
    await lastValueFrom(frames(at('x.mp4')).pipe(take(2)));
    await expect
      .poll(() => process.getActiveResourcesInfo().filter((name) => name === 'ProcessWrap'), { timeout: 20_000 })
      .toEqual([]);
  });

  test.each([
    'mpeg4',
    'libx264',
  ])('damage in the middle of %s is told of; there are as many frames as there were', async (encoder) => {
    testVideo('160x120', 30, '-c:v', encoder, '-g', '10', at('x.mp4'));
    const bytes = await readFile(at('x.mp4'));
    for (let i = 0; i < 1500; i++) bytes[Math.floor(bytes.length / 2) + i] ^= 0x5a;
    await writeFile(at('x.mp4'), bytes);
    const { all } = await read(at('x.mp4'));
    expect(all).toHaveLength(30);
    const damaged = all.filter(({ error }) => error !== undefined);
    expect(damaged.length).toBeGreaterThan(0);
    expect(damaged.length).toBeLessThan(16);
    expect(damaged[0].error).toMatchObject({ code: 'E_READ', subject: expect.stringContaining('x.mp4 frame') });
  });

  test.each([
    ['no video', () => ffmpeg('-f', 'lavfi', '-i', 'sine=d=0.1', at('x.wav')), 'x.wav', 'E_FORMAT'],
    ['no media at all', () => writeFile(at('x.mp4'), 'nothing'), 'x.mp4', 'E_READ'],
    ['no file', () => {}, 'x.mp4', 'E_READ'],
  ])('%s', async (_, make, name, code) => {
    await make();
    await expect(openVideo(at(name))).rejects.toMatchObject({ code, subject: at(name) });
  });
});

test('FFmpeg that is not there: what to do about it', async () => {
  await expect(findFfmpeg('/nowhere/ffmpeg')).rejects.toMatchObject({
    code: 'E_PROGRAM',
    subject: '/nowhere/ffmpeg',
    cure: expect.stringContaining('yuv4mpegpipe'),
  });
});

test.each([
  ['h264', 'yuv420p', 'yuv420p'],
  ['h264', 'yuv422p12le', 'yuv422p10le'],
  ['h264', 'gray', 'yuv420p'],
  ['h264', 'rgb24', 'yuv444p'],
  ['h264', 'yuv411p', 'yuv422p'],
  ['hevc', 'yuv420p16le', 'yuv420p12le'],
  ['ffv1', 'gray16le', 'gray16le'],
  ['ffv1', 'yuv411p', 'yuv411p'],
  ['prores', 'yuv420p', 'yuv422p10le'],
  ['prores', 'yuv444p', 'yuv444p10le'],
] as const)('%s holds %s as %s', (codec, from, into) => {
  expect(layoutName(codecLayout(codec, { layout: layoutNamed(from), width: 64, height: 48 }))).toBe(into);
});

test.each([
  ['h264', 33, 16, 'yuv444p'],
  ['h264', 32, 17, 'yuv422p'],
  ['prores', 33, 16, 'yuv444p10le'],
  ['vp9', 33, 17, 'yuv420p'],
  ['ffv1', 33, 17, 'yuv420p'],
] as const)('%s holds 4:2:0 of %i x %i as %s', (codec, width, height, into) => {
  expect(layoutName(codecLayout(codec, { layout: layoutNamed('yuv420p'), width, height }))).toBe(into);
});

test('a name that no video file has', () => {
  expect(() => usualCodec('out.gif')).toThrow(expect.objectContaining({ code: 'E_OPTION', received: 'out.gif' }));
  expect(usualCodec('OUT.MP4')).toBe('h264');
});
