import { describe, expect, test } from 'vitest';
import { DecoderLog, type LoggedFrame } from '../../src/video/decoderLog.js';
import { withoutGaps } from '../../src/video/withoutGaps.js';

const frame = (n: number, pts: number | string) =>
  `[Parsed_showinfo_0 @ 0x55ca8b983fc0] [info] n:${String(n).padStart(4)} pts:${String(pts).padStart(7)} pts_time:0.04 pos: 5762 fmt:yuv420p sar:4/3 s:160x121 i:P`;

/** What FFmpeg 5.1 wrote of an AVI with a damaged key frame, shortened. */
const LOG = [
  "[info] Input #0, avi, from 'd.avi':",
  '[Parsed_showinfo_0 @ 0x55ca8b983fc0] [info] config in time_base: 1/25, frame_rate: 25/1',
  frame(0, 0),
  '[Parsed_showinfo_0 @ 0x55ca8b983fc0] [info] color_range:unknown color_space:unknown',
  frame(1, -1),
  '[mpeg4 @ 0x561022226c00] [error] 2. marker bit missing in 3. esc',
  '[mpeg4 @ 0x561022226c00] [error] Error at MB: 26',
  '[warning] d.avi: corrupt decoded frame in stream 0',
  frame(2, 'NOPTS'),
  frame(3, 3),
  '[warning] d.avi: corrupt decoded frame in stream 0',
];

test('times and complaints, in the order of the frames', async () => {
  const log = new DecoderLog();
  const size = log.size();
  for (const line of LOG.slice(0, 3)) log.line(line);
  const first = log.next();
  for (const line of LOG.slice(3)) log.line(line);
  log.end();
  expect(await size).toEqual({ width: 160, height: 121, pixelAspect: { num: 4, den: 3 } });
  expect(await first).toEqual({ pts: 0 });
  expect(await log.next()).toEqual({ pts: -1 });
  expect(await log.next()).toEqual({ damage: '2. marker bit missing in 3. esc' });
  expect(await log.next()).toEqual({ pts: 3 });
  expect(await log.next()).toBeUndefined();
  expect(log.rest).toBe('d.avi: corrupt decoded frame in stream 0');
});

test('a log without a frame', async () => {
  const log = new DecoderLog();
  const size = log.size();
  log.line('[error] moov atom not found');
  log.end();
  expect(await size).toBeUndefined();
  expect(log.rest).toBe('moov atom not found');
});

describe('frames and the log of their decoder', () => {
  const damage = 'bad';
  test.each<[string, LoggedFrame[], string | undefined, [number, number, string, boolean][]]>([
    [
      'times as they are told, however uneven',
      [{ pts: 5 }, { pts: 15 }, { pts: 45 }],
      undefined,
      [
        [0, 5, 'a', false],
        [1, 15, 'b', false],
        [2, 45, 'c', false],
      ],
    ],
    [
      'a frame that was mended is told of',
      [{ pts: 0 }, { pts: 10, damage }, { pts: 20 }],
      undefined,
      [
        [0, 0, 'a', false],
        [1, 10, 'b', true],
        [2, 20, 'c', false],
      ],
    ],
    [
      'two that are missing are the one before again',
      [{ pts: 0 }, { pts: 30, damage }, { pts: 40 }],
      undefined,
      [
        [0, 0, 'a', false],
        [1, 10, 'a', true],
        [2, 20, 'a', true],
        [3, 30, 'b', false],
        [4, 40, 'c', false],
      ],
    ],
    [
      'one that is missing soon after the complaint, which is of an order other than that of the pictures',
      [{ pts: 0, damage }, { pts: 10 }, { pts: 30 }],
      undefined,
      [
        [0, 0, 'a', true],
        [1, 10, 'b', false],
        [2, 20, 'b', true],
        [3, 30, 'c', false],
      ],
    ],
    [
      'an uneven pace where nothing was complained of',
      [{ pts: 0 }, { pts: 10 }, { pts: 30 }],
      undefined,
      [
        [0, 0, 'a', false],
        [1, 10, 'b', false],
        [2, 30, 'c', false],
      ],
    ],
    [
      'damage in the first one',
      [{ pts: 0, damage }, { pts: 10 }, { pts: 20 }],
      undefined,
      [
        [0, 0, 'a', true],
        [1, 10, 'b', false],
        [2, 20, 'c', false],
      ],
    ],
    [
      'damage after the last one',
      [{ pts: 0 }, { pts: 10 }, { pts: 20 }],
      damage,
      [
        [0, 0, 'a', false],
        [1, 10, 'b', false],
        [2, 20, 'c', false],
        [3, 30, 'c', true],
      ],
    ],
    [
      'a file without times has its usual pace',
      [{}, {}, {}],
      undefined,
      [
        [0, 0, 'a', false],
        [1, 10, 'b', false],
        [2, 20, 'c', false],
      ],
    ],
  ])('%s', async (_, told, rest, expected) => {
    async function* pictures() {
      for (const name of 'abc') yield { bytes: Buffer.from(name) };
    }
    const log = { next: async () => told.shift(), rest };
    const all = [];
    for await (const { index, pts, bytes, error } of withoutGaps(pictures(), log, { file: 'x', ticks: 10 })) {
      all.push([index, pts, String(bytes), error !== undefined]);
    }
    expect(all).toEqual(expected);
  });
});
