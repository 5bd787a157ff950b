import ndarray from 'ndarray';
import { PerpixelError } from '../../core/errors.js';
import type { ByteSource } from '../byteSource.js';
import type { Raster, Samples } from '../raster.js';
import { readSamples } from './readSamples.js';

const MAGIC = '\x93NUMPY';
const ALIGNMENT = 64;
const KINDS: Record<string, { bytes: 1 | 2 | 4 | 8; float: boolean }> = {
  u1: { bytes: 1, float: false },
  u2: { bytes: 2, float: false },
  f4: { bytes: 4, float: true },
  f8: { bytes: 8, float: true },
};

/**
 * Reads NumPy's NPY (versions 1 to 3): float32, float64, uint8 or uint16, `[h, w]`, `[h, w, 1]` or `[h, w, 3]`, either
 * byte order, rows first. float64 becomes float32.
 */
export async function readNpy(file: ByteSource): Promise<Raster> {
  const head = await file.read(0, 12);
  const wide = head[6] > 1;
  const headerLength = wide ? head.readUInt32LE(8) : head.readUInt16LE(8);
  const dataAt = (wide ? 12 : 10) + headerLength;
  const header = (await file.read(wide ? 12 : 10, headerLength)).toString('latin1');
  const [, order, kindName] = /'descr':\s*'([<>|=])(\w+)'/.exec(header) ?? [];
  const kind = KINDS[kindName];
  if (kind === undefined) {
    throw refused(`an NPY of ${kindName ?? 'another kind'}`, 'float32, float64, uint8 or uint16', 'astype(np.float32)');
  }
  if (/'fortran_order':\s*True/.test(header)) {
    throw refused('an NPY in Fortran order', 'C order', 'np.ascontiguousarray(a)');
  }
  const shape = (/'shape':\s*\(([^)]*)\)/.exec(header)?.[1].match(/\d+/g) ?? []).map(Number);
  const [height, width, channels = 1] = shape;
  if (shape.length < 2 || shape.length > 3 || (channels !== 1 && channels !== 3) || height * width === 0) {
    throw refused(`an NPY of shape (${shape.join(', ')})`, '(height, width) or (height, width, 3)', 'a[..., :3]');
  }
  const count = height * width * channels;
  const data = await readSamples(file, { at: dataAt, count, ...kind, littleEndian: order !== '>' });
  const bitDepth = kind.float ? 32 : kind.bytes === 1 ? 8 : 16;
  return { pixels: ndarray(data, [height, width, channels]), metadata: { format: 'npy', bitDepth } };
}

/** NPY version 1, little endian, `[h, w]` for grey and `[h, w, 3]` for RGB, of the samples' own kind. */
export function encodeNpy(pixels: Raster['pixels']): Buffer[] {
  const data: Samples = pixels.data;
  const [height, width, channels] = pixels.shape;
  const descr = data instanceof Float32Array ? '<f4' : data instanceof Uint16Array ? '<u2' : '|u1';
  const shape = channels === 1 ? `${height}, ${width}` : `${height}, ${width}, ${channels}`;
  const header = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${shape}), }`;
  const unpadded = MAGIC.length + 4 + header.length + 1;
  const padded = `${header}${' '.repeat((ALIGNMENT - (unpadded % ALIGNMENT)) % ALIGNMENT)}\n`;
  const head = Buffer.alloc(MAGIC.length + 4);
  head.write(MAGIC, 'latin1');
  head[6] = 1;
  head.writeUInt16LE(padded.length, 8);
  return [head, Buffer.from(padded, 'latin1'), Buffer.from(data.buffer, data.byteOffset, data.byteLength)];
}

function refused(received: string, expected: string, cure: string): PerpixelError {
  return new PerpixelError({ code: 'E_FORMAT', received, expected, cure: `Save it again, for instance of ${cure}.` });
}
