import { PassThrough } from 'node:stream';
import ndarray from 'ndarray';
import { expect, test } from 'vitest';
import { duration, humanReporter, jsonReporter } from '../../src/cli/report.js';
import { PerpixelError } from '../../src/core/errors.js';
import { fileResult } from '../../src/pipelines/items.js';
import type { Progress } from '../../src/pipelines/progress.js';

const nothing: Progress = { done: 0, failed: 0, skipped: 0, megapixels: 0, seconds: 0, rate: 0 };
const half: Progress = { ...nothing, done: 1, skipped: 1, total: 4, rate: 0.5, secondsLeft: 30 };
const halfLine = '2 of 4 files, 1 skipped, 0.50 megapixels/s, 30 s left';

const failure = (name: string) =>
  fileResult('failed', name, {
    error: new PerpixelError({ code: 'E_READ', subject: name, received: 'nothing', expected: 'a lot', cure: 'Wait.' }),
  });

function reporter({ columns, quiet }: { columns?: number; quiet?: boolean } = {}) {
  const written = new PassThrough({ encoding: 'utf8' });
  const clock = { now: 0 };
  const stderr = Object.assign(written, { isTTY: columns !== undefined, columns });
  const report = humanReporter({ stderr }, { quiet, clock: () => clock.now });
  const at = (ms: number) => {
    clock.now = ms;
  };
  return { report, at, text: () => (written.read() as string | null) ?? '' };
}

test('a log has a plain line every ten seconds, and one at the end', () => {
  const { report, at, text } = reporter();
  report.progress(nothing);
  at(9_999);
  report.progress(half);
  expect(text()).toBe('');
  at(10_000);
  report.progress(half);
  at(15_000);
  report.progress(half);
  expect(text()).toBe(`${halfLine}\n`);
  report.end({ ...half, done: 3 }, false);
  expect(text()).toBe('4 of 4 files, 1 skipped, 0.50 megapixels/s\n');
});

test('a terminal has one line, cut to its width and written over', () => {
  const { report, at, text } = reporter({ columns: 30 });
  report.progress(half);
  expect(text()).toBe(`\r\x1b[K${halfLine.slice(0, 29)}`);
  at(99);
  report.progress(half);
  expect(text()).toBe('');
  report.end(half, true);
  expect(text()).toBe(
    '\r\x1b[K2 of 4 files, 1 skipped, 0.50 megapixels/s\nStopped; run the same command again to resume.\n',
  );
});

test('why photos were left as they are is told once a kind, and of how many', () => {
  const { report, text } = reporter();
  const left = (name: string) => fileResult('done', name, { report: { leftAlone: 'nothing is to be gained' } });
  for (const name of ['a.png', 'b.png']) report.result(left(name));
  expect(text()).toBe('a.png: left as it is: nothing is to be gained\n');
  report.end({ ...nothing, done: 2 }, false);
  expect(text()).toContain('In 2 files: left as it is: nothing is to be gained\n');
});

test.each([
  [1, 'noise found: 6.2 of 255\n'],
  [2, ''],
])('what was found is told of a single photo, not of %i', (done, expected) => {
  const { report, text } = reporter();
  for (let i = 0; i < done; i++) report.result(fileResult('done', 'a.png', { words: ['noise found: 6.2 of 255'] }));
  report.end({ ...nothing, done }, false);
  expect(text().split('\n').slice(1).join('\n')).toBe(expected);
});

test('JSON has the numbers alone', () => {
  const stdout = new PassThrough({ encoding: 'utf8' });
  jsonReporter({ stdout }).result(fileResult('done', 'a.png', { report: { noise: 6.2 }, words: ['noise found'] }));
  expect(JSON.parse(stdout.read())).not.toHaveProperty('words');
});

test('a large picture tells how far it is', () => {
  const { report, at, text } = reporter();
  report.progress(half);
  at(10_000);
  report.tile('x.tif', 3, 12);
  expect(text()).toBe('2 of 4 files, 1 skipped, 25 % of x.tif, 0.50 megapixels/s, 30 s left\n');
});

test.each([
  [1, ''],
  [2, 'Failed:\n  E_READ  0: nothing; expected a lot. Wait.\n  E_READ  1: nothing; expected a lot. Wait.\n'],
])('of %i failures each is named at once, several again at the end', (count, list) => {
  const { report, text } = reporter();
  const names = Array.from({ length: count }, (_, i) => String(i));
  for (const name of names) report.result(failure(name));
  expect(text()).toBe(names.map((name) => `E_READ  ${name}: nothing; expected a lot. Wait.\n`).join(''));
  report.end({ ...nothing, failed: count }, false);
  expect(text()).toBe(`${count} of ${count} ${count === 1 ? 'file' : 'files'}, ${count} failed\n${list}`);
});

test('quiet leaves nothing but failures', () => {
  const { report, at, text } = reporter({ columns: 80, quiet: true });
  report.result(fileResult('done', 'a'));
  at(60_000);
  report.progress(half);
  report.tile('x.tif', 1, 2);
  report.result(failure('b'));
  report.end(half, false);
  expect(text()).toBe('E_READ  b: nothing; expected a lot. Wait.\n');
});

test.each([
  [0.4, '0 s'],
  [89, '89 s'],
  [91, '2 min'],
  [89.4 * 60, '89 min'],
  [3.5 * 3600, '3.5 h'],
])('%d seconds are %s', (seconds, text) => expect(duration(seconds)).toBe(text));

test('what was left out is counted by its kind at the end', () => {
  const { report, text } = reporter();
  for (const file of ['a/x.NEF', 'b.bmp', 'y.nef', 'README']) report.leftOut(file);
  expect(text()).toBe('');
  report.end(half, false);
  expect(text()).toContain(
    '\nLeft out, no pictures by their names: 2 .nef, 1 .bmp, 1 without an extension (no failure with --skip-unknown',
  );
});

test('arrays of a report are for programs, not for JSON', () => {
  const stdout = new PassThrough({ encoding: 'utf8' });
  const report = { kernel: ndarray(new Float32Array(9), [3, 3]), kernelSize: '3 x 3' };
  jsonReporter({ stdout }).result(fileResult('done', 'x.jpg', { report }));
  expect(JSON.parse(stdout.read()).report).toEqual({ kernelSize: '3 x 3' });
});
