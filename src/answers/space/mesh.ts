import { PerpixelError } from '../../core/errors.js';
import type { ViewPoints } from './viewPoints.js';

/** Between neighbours whose depths differ by more than this factor there is a gap, not a surface. */
const GAP = 1.08;

/** Codes of glTF 2.0. */
const [FLOAT, UNSIGNED_SHORT, UNSIGNED_INT] = [5126, 5123, 5125];
const [ARRAY_BUFFER, ELEMENT_ARRAY_BUFFER] = [34962, 34963];
const [MAGIC, JSON_CHUNK, BINARY_CHUNK] = [0x46546c67, 0x4e4f534a, 0x004e4942];

/**
 * Points of a view joined to a surface, torn where depth jumps, as binary glTF 2.0 (GLB): metres, y up, the viewer at 0 looking along -z.
 * Colours are those of the photo, which no light changes (KHR_materials_unlit).
 *
 * @throws PerpixelError E_FORMAT there is no surface between any points
 */
export function mesh(points: ViewPoints): Uint8Array {
  const triangles = trianglesOf(points);
  if (triangles.length === 0) throw noSurface(points);
  const colours = linearColours(points.colours);
  const parts = [points.positions, colours, triangles].map(({ buffer, byteOffset, byteLength }) =>
    Buffer.from(buffer, byteOffset, byteLength),
  );
  const count = points.positions.length / 3;
  const bounds = boundsOf(points.positions);
  const starts = parts.map((_, i) => parts.slice(0, i).reduce((sum, { length }) => sum + length, 0));
  const description = {
    asset: { version: '2.0', generator: 'perpixel' },
    extensionsUsed: ['KHR_materials_unlit'],
    scene: 0,
    scenes: [{ nodes: [0] }],
    nodes: [{ mesh: 0 }],
    meshes: [{ primitives: [{ attributes: { POSITION: 0, COLOR_0: 1 }, indices: 2, material: 0 }] }],
    materials: [{ extensions: { KHR_materials_unlit: {} }, doubleSided: true, pbrMetallicRoughness: {} }],
    accessors: [
      { bufferView: 0, componentType: FLOAT, count, type: 'VEC3', ...bounds },
      { bufferView: 1, componentType: UNSIGNED_SHORT, normalized: true, count, type: 'VEC4' },
      { bufferView: 2, componentType: UNSIGNED_INT, count: triangles.length, type: 'SCALAR' },
    ],
    bufferViews: parts.map(({ length }, i) => ({
      ...{ buffer: 0, byteOffset: starts[i], byteLength: length },
      target: i === 2 ? ELEMENT_ARRAY_BUFFER : ARRAY_BUFFER,
    })),
    buffers: [{ byteLength: parts.reduce((sum, { length }) => sum + length, 0) }],
  };
  const chunks = [
    chunk(JSON_CHUNK, Buffer.from(JSON.stringify(description)), ' '),
    chunk(BINARY_CHUNK, Buffer.concat(parts), '\0'),
  ].flat();
  const header = Buffer.alloc(12);
  header.writeUInt32LE(MAGIC);
  header.writeUInt32LE(2, 4);
  header.writeUInt32LE(12 + chunks.reduce((sum, { length }) => sum + length, 0), 8);
  return Buffer.concat([header, ...chunks]);
}

function noSurface({ rows, columns }: ViewPoints): PerpixelError {
  return new PerpixelError({
    code: 'E_FORMAT',
    received: `${columns} x ${rows} points with gaps between them all`,
    expected: 'a surface, for GLB',
    cure: 'Write ply, which has points.',
  });
}

/** Its length and kind, and the content filled up to multiples of four bytes. */
function chunk(kind: number, content: Buffer, filling: string): Buffer[] {
  const filled = Buffer.concat([content, Buffer.from(filling.repeat((4 - (content.length % 4)) % 4))]);
  const head = Buffer.alloc(8);
  head.writeUInt32LE(filled.length);
  head.writeUInt32LE(kind, 4);
  return [head, filled];
}

/** Two triangles between four neighbours, the viewer on their front side, as far as no gap is between them. */
function trianglesOf({ rows, columns, positions }: ViewPoints): Uint32Array {
  const depth = (point: number) => -positions[3 * point + 2];
  const isWhole = (corners: readonly number[]) => {
    const depths = corners.map(depth);
    return Math.min(...depths) > 0 && Math.max(...depths) <= GAP * Math.min(...depths);
  };
  const triangles = new Uint32Array(6 * Math.max(0, rows - 1) * Math.max(0, columns - 1));
  let end = 0;
  for (let row = 0; row + 1 < rows; row++) {
    for (let column = 0; column + 1 < columns; column++) {
      const a = row * columns + column;
      const [b, c, d] = [a + 1, a + columns, a + columns + 1];
      for (const corners of [
        [a, c, b],
        [b, c, d],
      ]) {
        if (!isWhole(corners)) continue;
        triangles.set(corners, end);
        end += 3;
      }
    }
  }
  return triangles.subarray(0, end);
}

/** glTF has light where photos have sRGB values; in 16 bits, as dark tones would be lost in 8. */
function linearColours(colours: Float32Array): Uint16Array {
  const linear = new Uint16Array((colours.length / 3) * 4).fill(65_535);
  for (let i = 0, to = 0; i < colours.length; i += 3, to += 4) {
    for (let c = 0; c < 3; c++) {
      const value = Math.min(1, Math.max(0, colours[i + c]));
      const light = value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
      linear[to + c] = light * 65_535 + 0.5;
    }
  }
  return linear;
}

function boundsOf(positions: Float32Array): { min: number[]; max: number[] } {
  const min = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  const max = min.map((value) => -value);
  for (let i = 0; i < positions.length; i++) {
    min[i % 3] = Math.min(min[i % 3], positions[i]);
    max[i % 3] = Math.max(max[i % 3], positions[i]);
  }
  return { min, max };
}
