import { describe, expect, test } from 'vitest';
import { parseY4mHeader, y4mHeader } from '../../src/video/y4mHeader.js';

const yuv = (chroma: string, bits = 8) => ({ samples: 'yuv', chroma, bits });

describe('what a header says', () => {
  test.each([
    ['YUV4MPEG2 W320 H240 F25:1', { width: 320, height: 240, rate: { num: 25, den: 1 }, layout: yuv('420') }],
    ['YUV4MPEG2 H3 W5 F30000:1001 Ip A1:1 C420jpeg', { width: 5, height: 3, timeBase: { num: 1001, den: 30000 } }],
    ['YUV4MPEG2 W8 H8 F1:1 C420mpeg2', { layout: yuv('420'), y4m: { chroma: '420mpeg2' } }],
    ['YUV4MPEG2 W8 H8 F1:1 C420paldv It', { layout: yuv('420'), y4m: { chroma: '420paldv', interlacing: 't' } }],
    ['YUV4MPEG2 W8 H8 F1:1 C411', { layout: yuv('411') }],
    ['YUV4MPEG2 W8 H8 F1:1 C422', { layout: yuv('422') }],
    ['YUV4MPEG2 W8 H8 F1:1 C444', { layout: yuv('444') }],
    ['YUV4MPEG2 W8 H8 F1:1 Cmono', { layout: { samples: 'grey', bits: 8 } }],
    ['YUV4MPEG2 W8 H8 F1:1 C420p10 XYSCSS=420P10', { layout: yuv('420', 10) }],
    ['YUV4MPEG2 W8 H8 F1:1 C422p12', { layout: yuv('422', 12) }],
    ['YUV4MPEG2 W8 H8 F1:1 C444p16', { layout: yuv('444', 16) }],
    ['YUV4MPEG2 W8 H8 F1:1 Cmono16', { layout: { samples: 'grey', bits: 16 } }],
    ['YUV4MPEG2 W8 H8 F1:1 A4:3', { pixelAspect: { num: 4, den: 3 } }],
    ['YUV4MPEG2 W8 H8 F1:1 A0:0', { pixelAspect: undefined }],
    ['YUV4MPEG2 W720 H576 F25:1', { colour: { matrix: 'bt601', range: 'limited' } }],
    ['YUV4MPEG2 W1280 H720 F25:1', { colour: { matrix: 'bt709', range: 'limited' } }],
    ['YUV4MPEG2 W8 H8 F1:1 XCOLORRANGE=FULL', { colour: { matrix: 'bt601', range: 'full' } }],
  ])('%s', (line, expected) => {
    expect(parseY4mHeader(line)).toMatchObject(expected);
  });
});

test.each([
  'C420jpeg',
  'C420mpeg2',
  'C411',
  'C422',
  'C444',
  'Cmono',
  'C420p10',
  'C444p16',
  'Cmono12',
])('%s goes back as it came', (chroma) => {
  const line = `YUV4MPEG2 W5 H3 F30000:1001 It A4:3 ${chroma} XCOLORRANGE=FULL`;
  expect(y4mHeader(parseY4mHeader(line))).toBe(`${line}\n`);
  const { y4m, ...bare } = parseY4mHeader(line);
  expect(parseY4mHeader(y4mHeader(bare).trimEnd()).layout).toEqual(bare.layout);
});

test.each([
  ['RIFF....AVI LIST', '"RIFF....AVI LIST" at the start'],
  ['', '"" at the start'],
  ['YUV4MPEG2 W8 F1:1', 'height undefined'],
  ['YUV4MPEG2 W0 H8 F1:1', 'width 0'],
  ['YUV4MPEG2 W-8 H8 F1:1', 'width -8'],
  ['YUV4MPEG2 W9999999 H8 F1:1', 'width 9999999'],
  ['YUV4MPEG2 W8 H8', 'frame rate undefined'],
  ['YUV4MPEG2 W8 H8 F0:0', 'frame rate 0:0'],
  ['YUV4MPEG2 W8 H8 F1:1 C444alpha', 'chroma 444alpha'],
  ['YUV4MPEG2 W8 H8 F1:1 C420p11', 'chroma 420p11'],
  ['YUV4MPEG2 W8 H8 F1:1 Cconstructor', 'chroma constructor'],
  ['YUV4MPEG2 W8 H8 F99999999999:1', 'frame rate 99999999999:1'],
])('%j is refused: %s', (line, received) => {
  expect(() => parseY4mHeader(line)).toThrow(expect.objectContaining({ code: 'E_FORMAT', received }));
});

test.each(['W999999 H999999', 'W60000 H30000', 'W70000 H2'])('%s is more than a frame may have', (size) => {
  expect(() => parseY4mHeader(`YUV4MPEG2 ${size} F1:1`)).toThrow(expect.objectContaining({ code: 'E_SIZE' }));
});
