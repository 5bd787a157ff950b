import ndarray from 'ndarray';
import { describe, expect, test } from 'vitest';
import { random } from '../../src/core/random.js';
import { affinityComponents, affinityWatershed } from '../../src/regions/affinities.js';
import { components } from '../../src/regions/components.js';
import { renumber } from '../../src/regions/renumber.js';
import { thin } from '../../src/regions/thin.js';
import { watershed } from '../../src/regions/watershed.js';
import { drawn, mask, rowsOf } from './drawing.js';

describe('components', () => {
  test.each([
    ['corners do not connect', ['#.', '.#'], ['1.', '.2']],
    ['numbers go by rows', ['..#', '#..', '#.#'], ['..1', '2..', '2.3']],
    ['arms that meet below are one', ['#.#', '#.#', '###'], ['1.1', '1.1', '111']],
    ['arms that meet late', ['#.#.#', '#.###', '###..'], ['1.1.1', '1.111', '111..']],
    ['a spiral', ['#####', '....#', '###.#', '#...#', '#####'], ['11111', '....1', '111.1', '1...1', '11111']],
    ['nothing', ['..', '..'], ['..', '..']],
    ['one pixel', ['#'], ['1']],
  ])('%s', (_, rows, expected) => {
    const { data, shape } = mask(...rows);
    expect(rowsOf(components(data, shape[0], shape[1]))).toEqual(expected);
  });

  test('a chessboard: as many pieces as there can be', () => {
    const inside = Uint8Array.from({ length: 49 }, (_, i) => 1 - (i % 2));
    expect(Math.max(...components(inside, 7, 7).data)).toBe(25);
  });

  test('as a flood fill finds them, on random maps', () => {
    for (let seed = 0; seed < 20; seed++) {
      const draw = random(seed, 'components');
      const [height, width] = [17, 23];
      const inside = Uint8Array.from({ length: height * width }, () => (draw.uniform() < 0.6 ? 1 : 0));
      expect([...components(inside, height, width).data]).toEqual(floodFill(inside, height, width));
    }
  });
});

/** The plain way: each piece is filled from its first pixel. */
function floodFill(inside: Uint8Array, height: number, width: number): number[] {
  const labels = Array<number>(inside.length).fill(0);
  let next = 0;
  inside.forEach((value, start) => {
    if (!value || labels[start]) return;
    next++;
    const stack = [start];
    for (let i = stack.pop(); i !== undefined; i = stack.pop()) {
      if (!inside[i] || labels[i]) continue;
      labels[i] = next;
      if (i >= width) stack.push(i - width);
      if (i < width * (height - 1)) stack.push(i + width);
      if (i % width > 0) stack.push(i - 1);
      if (i % width < width - 1) stack.push(i + 1);
    }
  });
  return labels;
}

describe('watershed', () => {
  const heights = (...rows: string[]) => Uint8Array.from([...rows.join('')].map(Number));

  test.each([
    ['floods meet half way on level ground', ['00000'], ['1...2'], ['11122'], ['11.22']],
    ['a ridge is the border, wherever the markers are', ['00019000'], ['1......2'], ['11112222'], ['1111.222']],
    ['what no flood comes to', ['000'], ['...'], ['...'], ['...']],
    [
      'low ground first, though it is farther',
      ['05', '00', '00'],
      ['1.', '..', '.2'],
      ['11', '12', '22'],
      ['11', '1.', '.2'],
    ],
  ])('%s', (_, ground, markers, plain, lined) => {
    expect(rowsOf(watershed(heights(...ground), drawn(...markers)))).toEqual(plain);
    expect(rowsOf(watershed(heights(...ground), drawn(...markers), { lines: true }))).toEqual(lined);
  });

  test('lines keep all regions apart, and are dry only beside one', () => {
    const draw = random(3, 'watershed');
    const [height, width] = [40, 50];
    const ground = Uint16Array.from({ length: height * width }, () => draw.uniform() * 1000);
    const markers = drawn(...Array.from({ length: height }, () => '.'.repeat(width)));
    for (let label = 1; label <= 12; label++) markers.data[Math.floor(draw.uniform() * markers.data.length)] = label;
    const { data } = watershed(ground, markers, { lines: true });
    const around = (i: number) =>
      [
        i % width > 0 && i - 1,
        i % width < width - 1 && i + 1,
        i >= width && i - width,
        i + width < data.length && i + width,
      ]
        .filter((n) => n !== false)
        .map((n) => data[n]);
    data.forEach((label, i) => {
      const others = new Set(around(i).filter((n) => n !== 0));
      if (label === 0) expect(others.size).toBeGreaterThan(0);
      else expect([...others].every((n) => n === label)).toBe(true);
    });
  });

  test('leaves the markers as they are', () => {
    const markers = drawn('1..2');
    watershed(new Uint8Array(4), markers);
    expect(rowsOf(markers)).toEqual(['1..2']);
  });
});

test.each([
  ['a thick border becomes a line', ['##....##', '##....##'], ['111.2222', '111.2222']],
  ['a border that keeps nothing apart vanishes', ['####', '#..#', '####'], ['1111', '1111', '1111']],
  ['a border at the edge vanishes', ['..##', '..##'], ['1111', '1111']],
])('thin: %s', (_, rows, expected) => {
  const { data, shape } = mask(...rows);
  const found = rowsOf(thin(data, shape[0], shape[1]));
  // On level ground the line lies where the floods meet: of an even gap, on one side.
  expect(found.map((row) => row.replace('111.2222', 'line').replace('1111.222', 'line'))).toEqual(
    expected.map((row) => row.replace('111.2222', 'line')),
  );
});

test('thin: lines lie where those of scikit-image lie, in borders of an even number of pixels too', () => {
  // watershed(1 - inside, label(inside), connectivity=1, watershed_line=True) of scikit-image 0.26.
  const { data, shape } = mask('###..###', '###..###', '........', '........', '###..###', '###..###');
  expect(rowsOf(thin(data, shape[0], shape[1]))).toEqual([
    '111.2222',
    '1111.222',
    '.111....',
    '3...4444',
    '333.4444',
    '333.4444',
  ]);
});

test.each([
  ['small ones go, and gaps close', { minSize: 2 }, ['11.2', '..22']],
  ['the largest first', { order: 'size' as const }, ['22.1', '3.11']],
  ['as they are', {}, ['11.3', '2.33']],
])('renumber: %s', (_, options, expected) => {
  expect(rowsOf(renumber(drawn('55.9', '7.99'), options))).toEqual(expected);
});

describe('affinities', () => {
  /** Rows of digits, tenths: to the right and below, one row of each in turn. */
  const affinities = (height: number, width: number, right: string[], below: string[]) => {
    const data = new Float32Array(height * width * 2);
    for (let i = 0; i < height * width; i++) {
      const [y, x] = [Math.floor(i / width), i % width];
      data[2 * i] = Number(right[y][x] ?? 0) / 10;
      data[2 * i + 1] = Number(below[y]?.[x] ?? 0) / 10;
    }
    return ndarray(data, [height, width, 2]);
  };

  test('components: strong edges connect, lone pixels are none', () => {
    const graph = affinities(2, 3, ['92', '21'], ['922']);
    expect(rowsOf(affinityComponents(graph, 0.5))).toEqual(['11.', '1..']);
    expect(rowsOf(affinityComponents(graph, 0.5, { alone: true }))).toEqual(['112', '134']);
  });

  test('watershed: the strongest edge decides where a pixel goes, and markers never join', () => {
    // 9 8 | 4 6 9: the weakest edge is cut, though both sides hang together above `low`.
    const graph = affinities(1, 6, ['98469'], []);
    expect(rowsOf(affinityWatershed(graph, { high: 0.85 }))).toEqual(['111222']);
    expect(rowsOf(affinityWatershed(graph, { high: 0.85, low: 0.7 }))).toEqual(['111.22']);
    expect(rowsOf(affinityWatershed(graph, { high: 0.75, minSize: 3 }))).toEqual(['111111']);
  });
});
