import { expect, test } from 'vitest';
import { chessboardDistance } from '../../../src/tasks/inpaint/chessboardDistance.js';
import { holeMask } from '../../../src/tasks/inpaint/holeMask.js';
import { maskOf } from './maskOf.js';

test.each<[string, string[], 0 | 255, string[]]>([
  [
    'depth of a square',
    ['.....', '.###.', '.###.', '.###.', '.....'],
    0,
    ['00000', '01110', '01210', '01110', '00000'],
  ],
  ['depth of a hole at the edge, which gives nothing', ['###.', '###.'], 0, ['3210', '3210']],
  ['depth from one corner', ['.###', '####', '####'], 0, ['0123', '1123', '2223']],
  ['distance to a pixel', ['....', '.#..', '....'], 255, ['1112', '1012', '1112']],
  ['distance to the last pixel', ['....', '...#'], 255, ['3211', '3210']],
])('%s', (_, mask, kind, expected) => {
  expect([...chessboardDistance(maskOf(...mask), kind)]).toEqual([...expected.join('')].map(Number));
});

test('ends at 255, where there is none of the kind and where it is further', () => {
  expect([...chessboardDistance(maskOf('##', '##'), 0)]).toEqual([255, 255, 255, 255]);
  const row = chessboardDistance(
    holeMask([1, 400], (_, x) => x > 0),
    0,
  );
  expect([row[0], row[254], row[255], row[399]]).toEqual([0, 254, 255, 255]);
});

test('is the distance that brute force finds', () => {
  const mask = holeMask([23, 31], (y, x) => (y * 7 + x * 13 + ((x * y) % 5)) % 11 !== 0);
  const found = chessboardDistance(mask, 0);
  for (let y = 0; y < 23; y++) {
    for (let x = 0; x < 31; x++) {
      let nearest = 255;
      for (let v = 0; v < 23; v++) {
        for (let u = 0; u < 31; u++) {
          if (mask.get(v, u) === 0) nearest = Math.min(nearest, Math.max(Math.abs(v - y), Math.abs(u - x)));
        }
      }
      expect(found[y * 31 + x]).toBe(nearest);
    }
  }
});
