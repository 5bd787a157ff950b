import { expect, test } from 'vitest';
import { drawSvg } from '../../src/answers/drawSvg.js';
import { camvidClasses } from '../../src/geometry/camvidClasses.js';
import { nyuClasses } from '../../src/geometry/nyuClasses.js';
import { GLYPH_NAMES } from '../../src/images/strokeGlyph.js';
import { strokeText, strokeTextWidth } from '../../src/images/strokeText.js';

const [HEIGHT, WIDTH, SIZE] = [24, 60, 20];

/** Where something is drawn, by row and column. */
async function ink(text: string): Promise<boolean[][]> {
  const bytes = await drawSvg(strokeText(text, { x: 4, y: 18, size: SIZE }), HEIGHT, WIDTH);
  expect(bytes).toHaveLength(HEIGHT * WIDTH * 3);
  return Array.from({ length: HEIGHT }, (_, y) =>
    Array.from({ length: WIDTH }, (_, x) => bytes[3 * (y * WIDTH + x)] < 128),
  );
}

test.each([
  ['a one stands on its foot', '1', { top: 4, bottom: 19 }],
  ['a full stop lies on the base line', '.', { top: 17, bottom: 19 }],
  ['a p reaches below it', 'p', { top: 8, bottom: 23 }],
])('%s', async (_, text, { top, bottom }) => {
  const rows = (await ink(text)).map((row) => row.includes(true));
  expect(Math.abs(rows.indexOf(true) - top)).toBeLessThanOrEqual(1);
  expect(Math.abs(rows.lastIndexOf(true) + 1 - bottom)).toBeLessThanOrEqual(1);
});

test('no two of the font are drawn alike', async () => {
  const drawings = await Promise.all(GLYPH_NAMES.map(async (name) => JSON.stringify(await ink(name))));
  expect(new Set(drawings).size).toBe(GLYPH_NAMES.length);
});

test('a text is as long as it is said to be', async () => {
  const columns = (await ink('10 m')).reduce((seen, row) => seen.map((value, x) => value || row[x]));
  const end = 4 + SIZE * strokeTextWidth('10 m');
  // Without the gap to what would follow.
  expect(columns.lastIndexOf(true)).toBeLessThan(end);
  expect(columns.lastIndexOf(true)).toBeGreaterThan(end - 6);
});

test.each(
  [...Object.values(nyuClasses), camvidClasses].flatMap(({ names }) => names),
)('the class %s can be written', (name) => {
  expect(strokeTextWidth(name)).toBeGreaterThan(0);
});
