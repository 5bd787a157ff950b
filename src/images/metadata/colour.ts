import type { Colour } from '../raster.js';

/** Code points of ITU-T H.273. */
const SRGB_TRANSFER = 13;
const HDR_TRANSFERS = [16, 18];
const UNSPECIFIED = 2;

type Point = readonly [x: number, y: number];

/** White, red, green and blue of H.273's primaries. */
const D65: Point = [0.3127, 0.329];
const PRIMARIES: Readonly<Record<number, readonly [Point, Point, Point, Point]>> = {
  1: [D65, [0.64, 0.33], [0.3, 0.6], [0.15, 0.06]],
  4: [
    [0.31, 0.316],
    [0.67, 0.33],
    [0.21, 0.71],
    [0.14, 0.08],
  ],
  5: [D65, [0.64, 0.33], [0.29, 0.6], [0.15, 0.06]],
  6: [D65, [0.63, 0.34], [0.31, 0.595], [0.155, 0.07]],
  7: [D65, [0.63, 0.34], [0.31, 0.595], [0.155, 0.07]],
  9: [D65, [0.708, 0.292], [0.17, 0.797], [0.131, 0.046]],
  11: [
    [0.314, 0.351],
    [0.68, 0.32],
    [0.265, 0.69],
    [0.15, 0.06],
  ],
  12: [D65, [0.68, 0.32], [0.265, 0.69], [0.15, 0.06]],
};

/** Parameters of ICC's parametric curves: gamma alone, or g, a, b, c, d of (a v + b)^g from v = d on, and c v below. */
const BT709 = [1 / 0.45, 1 / 1.099, 0.099 / 1.099, 1 / 4.5, 0.081];
const CURVES: Readonly<Record<number, readonly number[]>> = {
  1: BT709,
  4: [2.2],
  5: [2.8],
  6: BT709,
  7: [1 / 0.45, 1 / 1.1115, 0.1115 / 1.1115, 1 / 4, 0.0912],
  8: [1],
  [SRGB_TRANSFER]: [2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045],
  14: BT709,
  15: BT709,
};

/** Whether a picture without any word on its colours is taken for what this says. */
export function isSrgb({ primaries, transfer }: Colour): boolean {
  return primaries === 1 && (transfer === SRGB_TRANSFER || transfer === UNSPECIFIED);
}

/** Whether it is brighter than any profile of ours can say: PQ or HLG. */
export function isHdr({ transfer }: Colour): boolean {
  return typeof transfer === 'number' && HDR_TRANSFERS.includes(transfer);
}

/** Both as code points, as cICP and nclx have them; undefined where they are given in numbers. */
export function codePoints({ primaries, transfer }: Colour): { primaries: number; transfer: number } | undefined {
  if (typeof primaries !== 'number' || typeof transfer !== 'number') return undefined;
  return { primaries, transfer };
}

/**
 * A profile (ICC 4.3, matrix and curve) that says the same, for formats that know no other way; undefined where none can: PQ, HLG,
 * and code points without a meaning.
 *
 * @param channels 1 for a picture of grey
 * @param name what programs show of it
 */
export function profileOf({ primaries, transfer }: Colour, channels: 1 | 3, name: string = NAME): Buffer | undefined {
  const points = primariesOf({ primaries });
  const curve = typeof transfer === 'number' ? CURVES[transfer] : [transfer.gamma];
  if (!points || !curve?.every(isFitting)) return undefined;
  const columns = columnsOf(points);
  if (!columns.flat().every(isFitting)) return undefined;
  const trc = element('para', [numbers16(curve.length === 1 ? 0 : 3, 0), fixed(...curve)]);
  const tags: [string, Buffer][] = [
    ['desc', element('mluc', [numbers32(1, 12), Buffer.from('enUS'), numbers32(2 * name.length, 28), utf16(name)])],
    ['cprt', element('mluc', [numbers32(1, 12), Buffer.from('enUS'), numbers32(2 * FREE.length, 28), utf16(FREE)])],
    ['wtpt', element('XYZ ', [fixed(...D50)])],
    ...(channels === 1
      ? [['kTRC', trc] as [string, Buffer]]
      : (['rXYZ', 'gXYZ', 'bXYZ'] as const).map((name, i): [string, Buffer] => [
          name,
          element('XYZ ', [fixed(...columns[i])]),
        ])),
    ...(channels === 1 ? [] : (['rTRC', 'gTRC', 'bTRC'] as const).map((name): [string, Buffer] => [name, trc])),
  ];
  return profile(tags, channels === 1 ? 'GRAY' : 'RGB ');
}

/** x and y of white, red, green and blue; undefined where a code point has no meaning. */
export function primariesOf({
  primaries,
}: Pick<Colour, 'primaries'>): readonly [Point, Point, Point, Point] | undefined {
  return typeof primaries === 'number' ? PRIMARIES[primaries] : pointsOf(primaries);
}

/** Whether a profile's numbers can say it. */
const isFitting = (value: number): boolean => Math.abs(value) < 100;

const NAME = 'Colours of the original';
const FREE = 'No copyright, use freely';
/** The white that profiles are relative to. */
const D50 = [0.9642, 1, 0.8249];

function pointsOf(values: readonly number[]): [Point, Point, Point, Point] | undefined {
  if (values.length !== 8) return undefined;
  return [0, 2, 4, 6].map((i) => [values[i], values[i + 1]] as const) as [Point, Point, Point, Point];
}

/** XYZ of full red, green and blue, relative to D50. */
function columnsOf([white, ...primaries]: readonly [Point, Point, Point, Point]): number[][] {
  const xyz = ([x, y]: Point) => [x / y, 1, (1 - x - y) / y];
  const columns = primaries.map(xyz);
  const target = xyz(white);
  // Cramer's rule: how much of each makes white.
  const det = (a: number[], b: number[], c: number[]) =>
    a[0] * (b[1] * c[2] - b[2] * c[1]) - b[0] * (a[1] * c[2] - a[2] * c[1]) + c[0] * (a[1] * b[2] - a[2] * b[1]);
  const [r, g, b] = columns;
  const all = det(r, g, b);
  const shares = [det(target, g, b) / all, det(r, target, b) / all, det(r, g, target) / all];
  return columns.map((column, i) =>
    adapted(
      column.map((value) => value * shares[i]),
      target,
    ),
  );
}

/** Bradford's adaptation from one white to D50. */
function adapted(colour: readonly number[], white: readonly number[]): number[] {
  const times = (m: readonly (readonly number[])[], v: readonly number[]) =>
    m.map((row) => row[0] * v[0] + row[1] * v[1] + row[2] * v[2]);
  const [from, to] = [times(BRADFORD, white), times(BRADFORD, D50)];
  return times(
    BRADFORD_BACK,
    times(BRADFORD, colour).map((cone, i) => (cone * to[i]) / from[i]),
  );
}

const BRADFORD = [
  [0.8951, 0.2664, -0.1614],
  [-0.7502, 1.7135, 0.0367],
  [0.0389, -0.0685, 1.0296],
];
const BRADFORD_BACK = [
  [0.9869929, -0.1470543, 0.1599627],
  [0.4323053, 0.5183603, 0.0492912],
  [-0.0085287, 0.0400428, 0.9684867],
];

function profile(tags: readonly [string, Buffer][], space: string): Buffer {
  const header = Buffer.alloc(128);
  header.writeUInt32BE(0x04300000, 8);
  header.write(`mntr${space}XYZ `, 12, 'latin1');
  header.writeUInt16BE(2026, 24); // A fixed day: the same picture gives the same bytes.
  header.writeUInt16BE(1, 26);
  header.writeUInt16BE(1, 28);
  header.write('acsp', 36, 'latin1');
  fixed(...D50).copy(header, 68);
  const table: Buffer[] = [numbers32(tags.length)];
  const bodies: Buffer[] = [];
  let at = header.length + 4 + tags.length * 12;
  for (const [name, body] of tags) {
    table.push(Buffer.from(name, 'latin1'), numbers32(at, body.length));
    const padded = Buffer.concat([body, Buffer.alloc((4 - (body.length % 4)) % 4)]);
    bodies.push(padded);
    at += padded.length;
  }
  header.writeUInt32BE(at, 0);
  return Buffer.concat([header, ...table, ...bodies]);
}

function element(type: string, parts: readonly Buffer[]): Buffer {
  return Buffer.concat([Buffer.from(`${type}\0\0\0\0`, 'latin1'), ...parts]);
}

/** s15Fixed16 numbers. */
function fixed(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, i) => {
    bytes.writeInt32BE(Math.round(value * 65_536), i * 4);
  });
  return bytes;
}

function numbers16(...values: readonly number[]): Buffer {
  return Buffer.from(values.flatMap((value) => [value >> 8, value & 255]));
}

function numbers32(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, i) => {
    bytes.writeUInt32BE(value, i * 4);
  });
  return bytes;
}

function utf16(text: string): Buffer {
  return Buffer.from(text, 'utf16le').swap16();
}
