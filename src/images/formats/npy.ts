import ndarray from 'ndarray';
import { PerpixelError } from '../../core/errors.js';
import type { ByteSource } from '../byteSource.js';
import { requireSize } from '../pixelLimit.js';
import type { Samples } from '../raster.js';
import type { Decoded, ImageFormat, ReadOptions } from './format.js';
import { readSamples } from './readSamples.js';

const MAGIC = '\x93NUMPY';
const ALIGNMENT = 64;
/** NumPy writes 64 to 192 bytes; a megabyte of spaces is no header. */
const LONGEST_HEADER = 65_536;
const KINDS = new Map<string, { bytes: 1 | 2 | 4 | 8; float: boolean }>([
  ['b1', { bytes: 1, float: false }],
  ['u1', { bytes: 1, float: false }],
  ['u2', { bytes: 2, float: false }],
  ['f2', { bytes: 2, float: true }],
  ['f4', { bytes: 4, float: true }],
  ['f8', { bytes: 8, float: true }],
]);

/** NumPy's arrays. They have no place for metadata. */
export const npy: ImageFormat<'npy'> = {
  name: 'npy',
  title: 'NPY',
  extensions: ['npy'],
  signature: /^\x93NUMPY/s,
  depths: [8, 16, 32],
  // What measures is measured in floats, whatever the photo had.
  foreignDepth: 32,
  holds: [],
  read: readNpy,
  write: async ({ pixels }) => ({ file: encodeNpy(pixels) }),
};

/**
 * Reads NPY (versions 1 to 3): float16, float32, float64, uint8, uint16 or bool, `[h, w]`, `[h, w, 1]` or `[h, w, 3]`, either
 * byte order, rows first. float16 and float64 become float32, true becomes white.
 */
async function readNpy(file: ByteSource, { limitPixels }: ReadOptions): Promise<Decoded> {
  const head = await file.readExactly(0, 12);
  const wide = head[6] > 1;
  const headerAt = wide ? 12 : 10;
  const headerLength = wide ? head.readUInt32LE(8) : head.readUInt16LE(8);
  if (headerLength > LONGEST_HEADER) throw refused(`an NPY with a header of ${headerLength} bytes`, 'a short one');
  const header = (await file.readExactly(headerAt, headerLength)).toString('latin1');
  const [, order, kindName] = /'descr':\s*'([<>|=])(\w+)'/.exec(header) ?? [];
  const kind = KINDS.get(kindName);
  if (kind === undefined) {
    const expected = 'float16, float32, float64, uint8, uint16 or bool';
    throw refused(`an NPY of ${kindName ?? 'another kind'}`, expected, 'a.astype(np.float32)');
  }
  if (/'fortran_order':\s*True/.test(header)) {
    throw refused('an NPY in Fortran order', 'C order', 'np.ascontiguousarray(a)');
  }
  const shape = (/'shape':\s*\(([^)]*)\)/.exec(header)?.[1].match(/\d+/g) ?? []).map(Number);
  const [height, width, channels = 1] = shape;
  if (shape.length < 2 || shape.length > 3 || (channels !== 1 && channels !== 3) || height * width === 0) {
    const cure = cureOf(shape);
    throw refused(`an NPY of shape (${shape.join(', ')})`, '(height, width) or (height, width, 3)', cure);
  }
  requireSize(height, width, limitPixels);
  const count = height * width * channels;
  const at = headerAt + headerLength;
  const data = await readSamples(file, { at, count, ...kind, littleEndian: order !== '>' });
  if (kindName === 'b1') for (let i = 0; i < count; i++) data[i] = data[i] === 0 ? 0 : 255;
  const bitDepth = kind.float ? 32 : kind.bytes === 1 ? 8 : 16;
  return { pixels: ndarray(data, [height, width, channels]), metadata: { bitDepth } };
}

/** NPY version 1, little endian, `[h, w]` for grey and `[h, w, 3]` for RGB, of the samples' own kind; labels also have 32 bits. */
export function encodeNpy({ data, shape }: { data: Samples | Uint32Array; shape: readonly number[] }): Buffer[] {
  const [height, width, channels = 1] = shape;
  const descr = `${data instanceof Float32Array ? '<f' : data instanceof Uint8Array ? '|u' : '<u'}${data.BYTES_PER_ELEMENT}`;
  const sizes = channels === 1 ? `${height}, ${width}` : `${height}, ${width}, ${channels}`;
  const header = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${sizes}), }`;
  const unpadded = MAGIC.length + 4 + header.length + 1;
  const padded = `${header}${' '.repeat((ALIGNMENT - (unpadded % ALIGNMENT)) % ALIGNMENT)}\n`;
  const head = Buffer.alloc(MAGIC.length + 4);
  head.write(MAGIC, 'latin1');
  head[6] = 1;
  head.writeUInt16LE(padded.length, 8);
  return [head, Buffer.from(padded, 'latin1'), Buffer.from(data.buffer, data.byteOffset, data.byteLength)];
}

/** How NumPy makes a picture of an array of such a shape. */
function cureOf(shape: readonly number[]): string | undefined {
  const [first, second, third] = shape;
  const isSmall = (size: number) => size === 1 || size === 3;
  if (shape.includes(0) || shape.length < 2) return undefined;
  if (shape.length > 3) return first === 1 ? 'a[0]' : 'a[i], one file for each i';
  if (isSmall(first) && second > 4 && third > 4) return 'np.moveaxis(a, 0, -1)';
  return third === 4 ? 'a[..., :3]' : third === 2 ? 'a[..., 0]' : undefined;
}

function refused(received: string, expected: string, cure?: string): PerpixelError {
  return new PerpixelError({
    code: 'E_FORMAT',
    received,
    expected,
    cure: cure ? `Save it again, for instance of ${cure}.` : 'Save it again as a picture.',
  });
}
