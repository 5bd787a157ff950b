import ndarray from 'ndarray';
import { expect, test } from 'vitest';
import { enlargedWindow } from '../../src/images/enlargedWindow.js';
import { resizeBilinear } from '../../src/images/resizeBilinear.js';

const planes = ndarray(
  Float32Array.from({ length: 3 * 4 * 2 }, (_, i) => ((i * 7) % 11) / 11),
  [3, 4, 2],
);

test('a window of small planes is that part of the whole, enlarged', () => {
  const whole = resizeBilinear(planes, 17, 22);
  const window = { y: 5, x: 9, height: 12, width: 13 };
  const part = enlargedWindow(planes, [17, 22], window);
  expect(part.shape).toEqual([12, 13, 2]);
  for (let y = 0; y < 12; y++) {
    for (let x = 0; x < 13; x++) {
      for (let c = 0; c < 2; c++) expect(part.get(y, x, c)).toBeCloseTo(whole.get(y + 5, x + 9, c), 5);
    }
  }
});

test('samples of 8 bits are 0..1', () => {
  const byte = ndarray(new Uint8Array([0, 255]), [1, 2, 1]);
  expect([...enlargedWindow(byte, [1, 4], { y: 0, x: 0, height: 1, width: 4 }).data]).toEqual([0, 0.25, 0.75, 1]);
});
