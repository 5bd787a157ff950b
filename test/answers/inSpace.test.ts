import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import ndarray from 'ndarray';
import { describe, expect, test } from 'vitest';
import { depth as answer } from '../../src/answers/depth.js';
import { temporaryFolder } from '../helpers/temporaryFolder.js';

const [HEIGHT, WIDTH, FOCAL] = [24, 32, 40];
/** A plane n.p = d in space, x right, y up, z to the viewer. */
const NORMAL = [0.36, 0.48, 0.8] as const;
const DISTANCE = -2;

/** The depth of that plane at each pixel, and a photo whose colours are its places. */
const map = ndarray(new Float32Array(HEIGHT * WIDTH), [HEIGHT, WIDTH, 1]);
const photo = { pixels: ndarray(new Uint8Array(HEIGHT * WIDTH * 3), [HEIGHT, WIDTH, 3]) };
for (let y = 0; y < HEIGHT; y++) {
  for (let x = 0; x < WIDTH; x++) {
    const ray = [(x + 0.5 - WIDTH / 2) / FOCAL, (HEIGHT / 2 - y - 0.5) / FOCAL, -1];
    map.set(y, x, 0, DISTANCE / NORMAL.reduce((sum, n, c) => sum + n * ray[c], 0));
    for (const [c, value] of [8 * x, 10 * y, 77].entries()) photo.pixels.set(y, x, c, value);
  }
}
const size = [HEIGHT, WIDTH] as const;
const whole = { y: 0, x: 0, height: HEIGHT, width: WIDTH };
const beside = { facts: { focal: FOCAL }, photo, size, window: whole };

/** What Python reads in a file with its own struct and json alone: corners, colours in 0..1 as light or sRGB, triangles. */
const READER = String.raw`
import json, struct, sys
data = open(sys.argv[1], 'rb').read()
if data[:4] == b'ply\n':
    head, body = data.split(b'end_header\n', 1)
    count = int(head.split(b'element vertex ')[1].split()[0])
    rows = list(struct.iter_unpack('<3f3B', body))
    assert len(rows) == count
    json.dump({'points': [r[:3] for r in rows], 'colours': [[c / 255 for c in r[3:]] for r in rows]}, sys.stdout)
else:
    magic, version, length = struct.unpack_from('<4sII', data)
    assert magic == b'glTF' and version == 2 and length == len(data)
    size, kind = struct.unpack_from('<I4s', data, 12)
    assert kind == b'JSON' and size % 4 == 0
    tree = json.loads(data[20:20 + size])
    size2, kind2 = struct.unpack_from('<I4s', data, 20 + size)
    assert kind2 == b'BIN\0' and 28 + size + size2 == len(data) and size2 % 4 == 0
    body = data[28 + size:]
    def read(index):
        accessor = tree['accessors'][index]
        view = tree['bufferViews'][accessor['bufferView']]
        letter, bytes_ = {5126: ('f', 4), 5123: ('H', 2), 5125: ('I', 4)}[accessor['componentType']]
        parts = {'SCALAR': 1, 'VEC3': 3, 'VEC4': 4}[accessor['type']]
        assert view['byteOffset'] % bytes_ == 0 and view['byteLength'] == parts * bytes_ * accessor['count']
        values = struct.unpack_from('<%d%s' % (parts * accessor['count'], letter), body, view['byteOffset'])
        return [values[i:i + parts] for i in range(0, len(values), parts)], accessor
    primitive = tree['meshes'][0]['primitives'][0]
    points, bounds = read(primitive['attributes']['POSITION'])
    for axis in range(3):
        assert abs(min(p[axis] for p in points) - bounds['min'][axis]) < 1e-6
        assert abs(max(p[axis] for p in points) - bounds['max'][axis]) < 1e-6
    colours = [[c / 65535 for c in colour[:3]] for colour in read(primitive['attributes']['COLOR_0'])[0]]
    triangles = [t[0] for t in read(primitive['indices'])[0]]
    json.dump({'points': points, 'colours': colours, 'triangles': triangles}, sys.stdout)
`;

interface Read {
  points: number[][];
  colours: number[][];
  triangles: number[];
}

async function readByPython(bytes: Uint8Array, name: string): Promise<Read> {
  const file = path.join(await temporaryFolder(), name);
  await writeFile(file, bytes);
  const { stdout } = await promisify(execFile)('python3', ['-c', READER, file], { maxBuffer: 1e8 });
  return JSON.parse(stdout);
}

const made = async (format: string, own = map, about = beside) =>
  readByPython((await answer.encode(own, { format }, about)) as Uint8Array, `x.${format}`);

const offPlane = ({ points }: Read) =>
  Math.max(...points.map((point) => Math.abs(NORMAL.reduce((sum, n, c) => sum + n * point[c], 0) - DISTANCE)));
const toLight = (value: number) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);

describe.each(['ply', 'glb'])('%s, read by another program', (format) => {
  test('a plane in the depth is that plane in space, with the colours of the photo', async () => {
    const read = await made(format);
    expect(read.points).toHaveLength(HEIGHT * WIDTH);
    expect(offPlane(read)).toBeLessThan(1e-5);
    for (const [y, x] of [[0, 0], [5, 30], [23, 31]] as const) {
      const colour = [8 * x, 10 * y, 77].map((value) => (format === 'glb' ? toLight(value / 255) : value / 255));
      for (const [c, value] of colour.entries()) expect(read.colours[y * WIDTH + x][c]).toBeCloseTo(value, 4);
    } // biome-ignore format: a place a line
  });

  test('a region lies where it lies in the whole', async () => {
    const window = { y: 10, x: 20, height: 4, width: 6 };
    const part = ndarray(new Float32Array(24), [4, 6, 1]);
    for (let i = 0; i < 24; i++) part.data[i] = map.get(10 + Math.floor(i / 6), 20 + (i % 6), 0);
    expect(offPlane(await made(format, part, { ...beside, window }))).toBeLessThan(1e-5);
  });
});

describe('a surface', () => {
  test('has two triangles between four neighbours, their front to the viewer', async () => {
    const { points, triangles } = await made('glb');
    expect(triangles).toHaveLength(6 * (HEIGHT - 1) * (WIDTH - 1));
    for (let i = 0; i < triangles.length; i += 3) {
      const [a, b, c] = triangles.slice(i, i + 3).map((corner) => points[corner]);
      const [u, v] = [b, c].map((corner) => corner.map((value, axis) => value - a[axis]));
      const normal = [u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]];
      // Away from the plane's normal side would be negative: the viewer is at 0, on the side of smaller -z.
      expect(normal.reduce((sum, value, axis) => sum - value * a[axis], 0)).toBeGreaterThan(0);
    }
  });

  test('is torn where depth jumps', async () => {
    const step = ndarray(
      Float32Array.from({ length: HEIGHT * WIDTH }, (_, i) => (i % WIDTH < 10 ? 1 : 3)),
      [HEIGHT, WIDTH, 1],
    );
    const { triangles } = await made('glb', step);
    expect(triangles).toHaveLength(6 * (HEIGHT - 1) * (WIDTH - 2));
  });
});

test('what is too much for programs to show is every second point', async () => {
  const { viewPoints } = await import('../../src/answers/space/viewPoints.js');
  const points = viewPoints(map, beside, 200);
  expect([points.rows, points.columns]).toEqual([12, 16]);
  expect(points.colours[3]).toBeCloseTo((8 * 2) / 255, 6);
});

test('a pixel whose depth is no number is no point, and has no surface', async () => {
  const holed = ndarray(Float32Array.from(map.data), [HEIGHT, WIDTH, 1]);
  for (const [i, metres] of [Number.NaN, Number.POSITIVE_INFINITY].entries()) holed.set(5, 3 * i, 0, metres);
  expect((await made('ply', holed)).points).toHaveLength(HEIGHT * WIDTH - 2);
  const { points, triangles } = await made('glb', holed);
  expect(points).toHaveLength(HEIGHT * WIDTH);
  for (const corner of triangles) expect(points[corner][2]).toBeLessThan(0);
});

test('without any surface there is no GLB', async () => {
  const nothing = ndarray(new Float32Array(HEIGHT * WIDTH).fill(Number.NaN), [HEIGHT, WIDTH, 1]);
  await expect(answer.encode(nothing, { format: 'glb' }, beside)).rejects.toMatchObject({ code: 'E_FORMAT' });
});
