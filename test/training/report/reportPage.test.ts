import ndarray from 'ndarray';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { curveSvg } from '../../../src/training/report/curveSvg.js';
import { reportPage } from '../../../src/training/report/reportPage.js';
import type { LogEntry } from '../../../src/training/runLog.js';

const entry = (step: number, loss: number, scores?: Record<string, number>): LogEntry => ({
  ...{ step, steps: 40, loss, rate: 1e-3, secondsPerStep: 0.1, scores },
});
const log = [entry(10, 100), entry(20, 10, { psnr: 20 }), entry(30, 1), entry(40, 0.1, { psnr: 26.5 })];
const pictureOf = (...values: number[]) => ndarray(new Float32Array(values), [1, values.length, 1]);
const samples = [{ input: pictureOf(0, 0.5), answer: pictureOf(0.2, 0.4), truth: pictureOf(-1, 2) }];

const pointsOf = (svg: string) =>
  /points="([^"]+)"/
    .exec(svg)![1]
    .split(' ')
    .map((point) => point.split(',').map(Number));

test('a curve goes from the first step to the last; of a loss, equal ratios are equally far apart', () => {
  const points = pointsOf(
    curveSvg(
      'loss',
      log.map(({ step, loss }) => [step, loss]),
      'log',
    ),
  );
  const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
  expect(xs.slice(1).map((x, i) => x - xs[i])).toEqual(Array(3).fill(expect.closeTo(xs[1] - xs[0], 0)));
  expect(ys.slice(1).map((y, i) => y - ys[i])).toEqual(Array(3).fill(expect.closeTo(ys[1] - ys[0], 0)));
  expect(ys[1]).toBeGreaterThan(ys[0]);
});

test('a loss that touches zero is drawn as it is, and a single point in the middle', () => {
  expect(pointsOf(curveSvg('x', [[1, 0], [2, 1], [3, 2]], 'log')).map(([, y]) => y)).toEqual([196, 111, 26]); // biome-ignore format: points
  expect(
    pointsOf(curveSvg('x', [[7, 3]]))
      .flat()
      .every(Number.isFinite),
  ).toBe(true);
});

test('the page holds its curves, its pictures and how the run is set up, and needs nothing else', async () => {
  const page = await reportPage({
    title: 'denoise: <b>',
    facts: { rate: 0.1, clip: undefined, only: ['a"'] },
    log,
    samples,
  });
  expect(page.match(/<svg /g)).toHaveLength(2);
  expect(page).toContain('psnr: 26.5');
  expect(page).toContain('Step 40 of 40');
  expect(page).toContain('denoise: &lt;b&gt;');
  expect(page).toContain('<th>only</th><td>[&quot;a\\&quot;&quot;]</td>');
  expect(page).not.toContain('clip');
  expect(page).not.toMatch(/(src|href)="(?!data:)/);
  const pictures = [...page.matchAll(/data:image\/png;base64,([^"]+)/g)].map(([, base64]) =>
    Buffer.from(base64, 'base64'),
  );
  const values = await Promise.all(pictures.map((png) => sharp(png).extractChannel(0).raw().toBuffer()));
  expect(values.map((bytes) => [...bytes])).toEqual([[0, 128], [51, 102], [0, 255]]); // biome-ignore format: pixels
});

test('a run that has logged nothing has a page', async () => {
  expect(await reportPage({ title: 'x', facts: {}, log: [], samples: [] })).toContain('No step logged yet');
});
