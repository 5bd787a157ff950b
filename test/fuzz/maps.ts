import ndarray from 'ndarray';
import type { Answer } from '../../src/answers/answer.js';
import { classes } from '../../src/answers/classes.js';
import { depth } from '../../src/answers/depth.js';
import { membranesAnswer } from '../../src/answers/membranes.js';
import { normals } from '../../src/answers/normals.js';
import { readRaster } from '../../src/images/readRaster.js';
import { contentBytes } from '../../src/pipelines/writeContent.js';
import { picture } from '../helpers/pictures.js';
import { floatsOf } from './floatsOf.js';
import { type FuzzedKind, told } from './kind.js';

const [HEIGHT, WIDTH] = [12, 10];
const ids = Array.from({ length: 256 }, (_, id) => `class ${id}`);

/** Answers as any network may give them, and what they are written as. */
const written = [
  [depth, (numbers: Float32Array) => ndarray(numbers, [HEIGHT, WIDTH, 1])],
  [
    normals,
    (numbers: Float32Array) => ndarray(floatsOf(Buffer.from(numbers.buffer), 3 * HEIGHT * WIDTH), [HEIGHT, WIDTH, 3]),
  ],
  [
    classes('labels'),
    (_: Float32Array, bytes: Buffer) =>
      ndarray(Uint8Array.from(Buffer.alloc(HEIGHT * WIDTH, bytes.length ? bytes : 0)), [HEIGHT, WIDTH, 1]),
  ],
  [membranesAnswer, (numbers: Float32Array) => ({ probability: ndarray(numbers, [HEIGHT, WIDTH, 1]) })],
] as unknown as [answer: Answer, value: (numbers: Float32Array, bytes: Buffer) => unknown][];

/** Writers of maps: numbers of any kind become files that are whole. */
export const mapKinds: Readonly<Record<string, FuzzedKind>> = {
  maps: {
    seeds: async () => [Buffer.from(Float32Array.from({ length: HEIGHT * WIDTH }, (_, i) => 1 + (i % 7)).buffer)],
    async attempt(bytes, { number }) {
      const [answer, made] = written[number % written.length];
      const format = answer.formats[Math.floor(number / written.length) % answer.formats.length];
      const { pixels } = picture('png', { height: HEIGHT, width: WIDTH });
      const size = [HEIGHT, WIDTH] as const;
      const beside = {
        ...{ facts: { focal: 10, names: ids }, photo: { pixels }, size },
        window: { x: 0, y: 0, width: WIDTH, height: HEIGHT },
      };
      let file: Buffer | undefined;
      const wrong = await told('writing', async () => {
        const value = made(floatsOf(bytes, HEIGHT * WIDTH), bytes);
        file = Buffer.from(await contentBytes(await answer.encode(value, { format }, beside)));
      });
      if (wrong !== undefined || file === undefined) return wrong;
      if (format === 'ply') return wrongPly(file);
      if (format === 'glb') return wrongGlb(file);
      // Depth and normals in EXR are no pictures to us: the reader says so by their channels' names.
      return told('reading', async () => {
        if (format !== 'exr') await readRaster(file as Buffer);
      });
    },
  },
};

/** As many points as it says, each somewhere. */
function wrongPly(file: Buffer): string | undefined {
  const end = file.indexOf('end_header\n') + 'end_header\n'.length;
  const count = Number(/element vertex (\d+)/.exec(file.toString('latin1', 0, end))?.[1]);
  if (file.length !== end + 15 * count) return `PLY of ${count} points has ${file.length - end} bytes`;
  for (let i = 0; i < count; i++) {
    for (let c = 0; c < 3; c++)
      if (!Number.isFinite(file.readFloatLE(end + 15 * i + 4 * c))) return 'PLY: a point nowhere';
  }
  return undefined;
}

/** Bounds that are numbers, corners that are somewhere, parts that fill the file. glTF 2.0, 3.6.2 and 5.1. */
function wrongGlb(file: Buffer): string | undefined {
  const length = file.readUInt32LE(12);
  const { accessors, bufferViews } = JSON.parse(file.toString('utf8', 20, 20 + length));
  if (file.readUInt32LE(8) !== file.length) return 'GLB: another length than it says';
  const [position] = accessors as { count: number; min: number[]; max: number[] }[];
  if ([...position.min, ...position.max].some((value) => !Number.isFinite(value)))
    return 'GLB: bounds that are no numbers';
  if (accessors.some(({ count }: { count: number }) => count < 1)) return 'GLB: a part of nothing';
  const start = 28 + length + bufferViews[0].byteOffset;
  for (let i = 0; i < 3 * position.count; i++) {
    const value = file.readFloatLE(start + 4 * i);
    if (!(value >= position.min[i % 3] && value <= position.max[i % 3])) return 'GLB: a corner out of bounds';
  }
  return undefined;
}
