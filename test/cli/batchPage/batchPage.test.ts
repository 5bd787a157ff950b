import ndarray from 'ndarray';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { batchPage } from '../../../src/cli/batchPage/batchPage.js';
import { viewsOf } from '../../../src/cli/batchPage/viewsOf.js';
import { PerpixelError } from '../../../src/core/errors.js';
import type { Raster } from '../../../src/images/raster.js';
import { fileResult } from '../../../src/pipelines/items.js';

const psnr = (before: number, after: number) => ({
  before: { psnr: before, ssim: 0.5 },
  after: { psnr: after, ssim: 0.75 },
});
const view = { caption: 'the whole', before: 'data:,a', after: 'data:,b', width: 30, height: 20 };
const error = new PerpixelError({ code: 'E_READ', received: '<nothing>', expected: 'a lot', cure: 'Wait.' });

describe('a page', () => {
  const page = batchPage('perpixel denoise', [
    {
      result: fileResult('done', 'a&b.jpg', {
        megapixels: 2,
        seconds: 3.2,
        report: { noise: 12.3456, kernel: [1] },
      }),
      views: [view],
      scores: psnr(20, 30),
    },
    {
      result: fileResult('done', 'e.jpg', {
        report: { noiseEstimated: true, notices: ['text is not kept'] },
        words: ['noise found: 6.2 of 255, stronger in the <shadows>'],
      }),
      views: [],
    },
    { result: fileResult('skipped', 'c.jpg', { output: 'c' }), views: [], scores: psnr(21, 32), note: 'too small' },
    { result: fileResult('failed', 'd.jpg', { error }), views: [] },
  ]);

  test.each([
    ['what came of the batch', '<p>2 done, 1 already existed, 1 failed, 2.00 megapixels in 3 s of work, on average'],
    ['the mean of the scores', 'PSNR 20.50 → 31.00 dB, SSIM 0.500 → 0.750</p>'],
    ['why a file failed', '<li><code>E_READ</code> &lt;nothing&gt;; expected a lot. Wait.</li>'],
    ['the photo', '<h2>a&amp;b.jpg</h2>'],
    ['what was found out', '<dt>noise</dt><dd>12.35</dd>'],
    ['and what has parts', '<dt>kernel</dt><dd>[1]</dd>'],
    ['in words', '<li>noise found: 6.2 of 255, stronger in the &lt;shadows&gt;</li><li>text is not kept</li>'],
    ['how long it took', '<dt>took</dt><dd>3.2 s</dd>'],
    ['its own scores', '<dt>PSNR in dB</dt><dd>20.00 → 30.00</dd>'],
    ['before and after', 'src="data:,a"><img class="after" alt="after" src="data:,b">'],
    ['what was done before', '<dt>result</dt><dd>already existed</dd>'],
    ['what could not be compared', '<dt>note</dt><dd>too small</dd>'],
  ])('tells %s', (_, words) => expect(page).toContain(words));

  test('names no fields where there are words', () => expect(page).not.toContain('noiseEstimated'));

  test('needs nothing but itself', () => expect(page).not.toMatch(/(src|href)="(?!data:)|url\(|import/));
});

test('of an empty batch there is a page', () => {
  expect(batchPage('x', [])).toContain('<p>0 done, 0.00 megapixels in 0 s of work</p>');
});

describe('the views', () => {
  const grey = (width: number, height: number, value: (x: number, y: number) => number): Raster => ({
    pixels: ndarray(
      Uint8Array.from({ length: width * height }, (_, i) => value(i % width, Math.floor(i / width))),
      [height, width, 1],
    ),
    metadata: { format: 'png', bitDepth: 8 },
  });
  const meanOf = async (uri: string) => {
    const { channels } = await sharp(Buffer.from(uri.split(',')[1], 'base64')).stats();
    return Math.round(channels[0].mean);
  };

  test('a small photo is shown as it is', async () => {
    const views = await viewsOf(
      grey(40, 30, () => 50),
      grey(40, 30, () => 200),
    );
    expect(views).toEqual([expect.objectContaining({ caption: 'the whole', width: 40, height: 30 })]);
    expect(await Promise.all([views[0].before, views[0].after].map(meanOf))).toEqual([50, 200]);
  });

  test('a large one is made smaller, and where it changed most is shown at its own size', async () => {
    const isChanged = (x: number, y: number) => x >= 1440 && y < 480;
    const [whole, detail] = await viewsOf(
      grey(2160, 1000, () => 50),
      grey(2160, 1000, (x, y) => (isChanged(x, y) ? 80 : 50)),
    );
    expect(whole).toMatchObject({ width: 1024, height: 474 });
    expect(detail).toMatchObject({
      caption: '720 x 480 pixels at their own size, from 1440, 0',
      width: 720,
      height: 480,
    });
    expect(await Promise.all([detail.before, detail.after].map(meanOf))).toEqual([50, 80]);
  });
});
