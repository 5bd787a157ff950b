import ndarray from 'ndarray';
import { describe, expect, test } from 'vitest';
import type { Session } from '../../../src/engines/engine.js';
import type { MarkKind } from '../../../src/geometry/markKinds.js';
import { findMarks } from '../../../src/tasks/inpaint/findMarks.js';
import { fakeMarkFinder } from '../../helpers/fakeMarkFinder.js';

/** Floats `[h, w, 3]`, black but for what `of` says. */
const picture = (height: number, width: number, of: (y: number, x: number) => number[] | undefined) => ({
  pixels: ndarray(
    Float32Array.from({ length: height * width * 3 }, (_, i) => {
      const pixel = Math.floor(i / 3);
      return of(Math.floor(pixel / width), pixel % width)?.[i % 3] ?? 0;
    }),
    [height, width, 3],
  ),
});

const found = ({ data, shape: [, width] }: { data: Uint8Array; shape: number[] }) =>
  [...data.entries()].filter(([, value]) => value === 255).map(([i]) => [Math.floor(i / width), i % width]);

describe('findMarks', () => {
  const spots: Record<string, [MarkKind, number[]]> = {
    '3,4': ['scratches', [0.9, 0, 0]],
    '8,20': ['text', [0, 0.9, 0]],
    '12,9': ['dust', [0, 0, 0.9]],
  };
  const spotted = picture(16, 24, (y, x) => spots[`${y},${x}`]?.[1]);

  test.each<[MarkKind[], number[][]]>([
    [['scratches'], [[3, 4]]],
    [['text'], [[8, 20]]],
    [['dust'], [[12, 9]]],
    [
      ['dust', 'scratches'],
      [
        [3, 4],
        [12, 9],
      ],
    ],
  ])('finds %j and nothing else', async (kinds, places) => {
    expect(found(await findMarks(spotted, kinds, fakeMarkFinder().session))).toEqual(places);
  });

  test('takes what may be a mark where it hangs together with what surely is, by corners too', async () => {
    const rows = ['a.b....b', '.b...b..', 'b......b'];
    const level = { a: 0.9, b: 0.65 } as Record<string, number>;
    const marks = await findMarks(
      picture(3, 8, (y, x) => [level[rows[y][x]] ?? 0, 0, 0]),
      ['scratches'],
      fakeMarkFinder().session,
    );
    expect(found(marks)).toEqual([
      [0, 0],
      [0, 2],
      [1, 1],
      [2, 0],
    ]);
  });

  test('sees a large photo in parts, and the same as at once', async () => {
    const isMark = (y: number, x: number) => (y * 7 + x * 3) % 61 === 0;
    const photo = picture(520, 1040, (y, x) => (isMark(y, x) ? [1, 0, 0] : undefined));
    const { seen, session } = fakeMarkFinder();
    const { data } = await findMarks(photo, ['scratches'], session);
    expect(data.every((value, i) => value === (isMark(Math.floor(i / 1040), i % 1040) ? 255 : 0))).toBe(true);
    expect(seen.length).toBe(2 * 3);
    for (const [height, width] of seen)
      expect([height % 8, width % 8, height <= 560, width <= 560]).toEqual([0, 0, true, true]);
  });

  test('looks at a large photo at half of its size too, where a wide mark is as thin as the network knows marks', async () => {
    const photo = picture(10, 1600, (y, x) => (y < 2 && x >= 101 && x < 104 ? [1, 0, 0] : undefined));
    const { session } = fakeMarkFinder();
    // 10 rows are padded to 16, 5 to 8: nothing is seen at full size.
    const run: Session['run'] = async (inputs) =>
      inputs.image.dims[2] === 8
        ? session.run(inputs)
        : { marks: { ...inputs.image, data: inputs.image.data.map(() => -9) } };
    // The pixel at 100 is half of one that is marked.
    const places = [0, 1].flatMap((y) => [102, 103].map((x) => [y, x]));
    expect(found(await findMarks(photo, ['scratches'], { ...session, run }))).toEqual(places);
    const small = picture(10, 1500, () => [1, 0, 0]);
    expect(found(await findMarks(small, ['scratches'], { ...session, run }))).toEqual([]);
  });

  test('stops where nobody waits', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(findMarks(spotted, ['dust'], fakeMarkFinder().session, signal)).rejects.toThrow('enough');
  });

  test('refuses a network that answers something else', async () => {
    const run = async () => ({ clean: { data: new Float32Array(3), dims: [1, 3, 1, 1] } });
    const { session } = fakeMarkFinder();
    await expect(findMarks(spotted, ['dust'], { ...session, run } as Session)).rejects.toMatchObject({
      code: 'E_MODEL',
      received: 'an output marks of no size',
    });
  });
});
