import { expect, test } from 'vitest';
import { timecodeAfter } from '../../src/video/timecode.js';

const ntsc = { num: 30000, den: 1001 };
test.each([
  ['01:00:00:00', 50, { num: 25, den: 1 }, '01:00:02:00'],
  ['23:59:59:24', 1, { num: 25, den: 1 }, '00:00:00:00'],
  ['00:00:59:29', 1, ntsc, '00:01:00:00'],
  // Numbers are dropped at the beginning of a minute, but not of every tenth.
  ['00:00:59;29', 1, ntsc, '00:01:00;02'],
  ['00:09:59;29', 1, ntsc, '00:10:00;00'],
  ['00:00:00;00', 17982, ntsc, '00:10:00;00'],
  ['00:00:00;00', 17981, ntsc, '00:09:59;29'],
  ['00:01:00;02', 1798, ntsc, '00:02:00;02'],
  ['00:00:59;59', 1, { num: 60000, den: 1001 }, '00:01:00;04'],
  ['noon', 1, ntsc, undefined],
])('%s, %i frames on', (timecode, frames, rate, later) => {
  expect(timecodeAfter(timecode, frames, rate)).toBe(later);
});
