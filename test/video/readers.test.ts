import { describe, expect, test } from 'vitest';
import type { VideoSource } from '../../src/video/frame.js';
import { layoutName, layoutNamed } from '../../src/video/layout.js';
import { readRaw } from '../../src/video/readRaw.js';
import { readY4m } from '../../src/video/readY4m.js';
import { format, inPieces, noise } from './format.js';

/** Two frames of 3 x 2 pixels, 4:2:0: 6 of Y, 2 of Cb, 2 of Cr. */
const Y4M = Buffer.from('YUV4MPEG2 W3 H2 F25:1 C420jpeg\nFRAME\nabcdefUUVVFRAME Ip XTIME=40\nghijkluuvv', 'latin1');

async function all(source: VideoSource) {
  const frames = [];
  for await (const { index, bytes, error } of source) {
    frames.push([index, Buffer.from(bytes).toString('latin1'), error?.received]);
  }
  return frames;
}

describe('y4m', () => {
  test.each([1, 7, 1000])('in pieces of %i bytes', async (size) => {
    expect(await all(await readY4m(inPieces(Y4M, size)))).toEqual([
      [0, 'abcdefUUVV', undefined],
      [1, 'ghijkluuvv', undefined],
    ]);
  });

  test('a damaged marker is told of, and the frame is there', async () => {
    const bytes = Buffer.from(Y4M.toString('latin1').replace('FRAME\n', 'FxAME\n'), 'latin1');
    expect(await all(await readY4m(inPieces(bytes, 5)))).toEqual([
      [0, 'abcdefUUVV', '"FxAME" before it'],
      [1, 'ghijkluuvv', undefined],
    ]);
  });

  test('a frame that is cut off is the last one again', async () => {
    expect(await all(await readY4m(inPieces(Y4M.subarray(0, -3), 5)))).toEqual([
      [0, 'abcdefUUVV', undefined],
      [1, 'abcdefUUVV', '7 bytes'],
    ]);
  });

  test('the first frame cut off is an error', async () => {
    const source = await readY4m(inPieces(Y4M.subarray(0, 40), 5));
    await expect(all(source)).rejects.toMatchObject({ code: 'E_READ', subject: 'frame 0' });
  });

  test('no frames at all are none', async () => {
    expect(await all(await readY4m(inPieces(Y4M.subarray(0, 31), 5)))).toEqual([]);
  });

  test('a megabyte without a line is not read to its end for a header', async () => {
    let read = 0;
    async function* endless() {
      for (;;) {
        read += 1000;
        yield noise(1000).map((byte) => byte | 128);
      }
    }
    await expect(readY4m(endless())).rejects.toMatchObject({ code: 'E_FORMAT' });
    expect(read).toBeLessThanOrEqual(3000);
  });
});

describe('raw', () => {
  const video = format({ width: 2, height: 1, layout: { samples: 'rgb', bits: 8 } });

  test('frames one after another', async () => {
    expect(await all(readRaw(inPieces(Buffer.from('RGBrgbXYZxyz'), 5), video))).toEqual([
      [0, 'RGBrgb', undefined],
      [1, 'XYZxyz', undefined],
    ]);
  });

  test('cut off', async () => {
    expect(await all(readRaw(inPieces(Buffer.from('RGBrgbXY'), 3), video))).toEqual([
      [0, 'RGBrgb', undefined],
      [1, 'RGBrgb', '2 bytes'],
    ]);
  });
});

test.each([
  'rgb24',
  'rgb48le',
  'gray',
  'gray10le',
  'gray16le',
  'yuv420p',
  'yuv411p',
  'yuv422p10le',
  'yuv444p16le',
])('the layout that FFmpeg calls %s', (name) => {
  expect(layoutName(layoutNamed(name))).toBe(name);
});

test.each(['nv12', 'yuv420p11le', 'yuv440p', 'constructor'])('no layout called %s', (name) => {
  expect(() => layoutNamed(name)).toThrow(expect.objectContaining({ code: 'E_OPTION', received: name }));
});
