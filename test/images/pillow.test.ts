import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { encodeRaster } from '../../src/images/encodeRaster.js';
import { picture } from '../helpers/pictures.js';

/** A second reader of samples. */
const PYTHON = `
import sys, io, numpy as np
from PIL import Image
raw = sys.stdin.buffer.read()
a = np.load(io.BytesIO(raw)) if raw[:6] == b'\\x93NUMPY' else np.asarray(Image.open(io.BytesIO(raw)))
sys.stdout.write(f'{a.dtype} {list(a.shape)} {a.astype(float).ravel().tolist()}'.replace(' ', ''))
`;

test.each([
  ['png', 8, 3, 'uint8'],
  ['png', 16, 1, ''],
  ['tiff', 8, 3, 'uint8'],
  ['tiff', 16, 1, 'uint16'],
  ['tiff', 32, 1, 'float32'],
  ['webp', 8, 3, 'uint8'],
  ['npy', 8, 3, 'uint8'],
  ['npy', 16, 1, 'uint16'],
  ['npy', 32, 3, 'float32'],
] as const)('Pillow and NumPy read the samples of %s, %d bits, %d channels', async (format, bitDepth, channels, dtype) => {
  const raster = picture(format, { bitDepth, channels, lossless: true, compression: 'deflate' });
  const read = execFileSync('python3', ['-c', PYTHON], { input: await encodeRaster(raster) }).toString();
  const shape = channels === 1 ? '[7,5]' : '[7,5,3]';
  const [, kind, size, values] = /^(\w+)(\[[^\]]*\])(\[.*\])$/.exec(read) ?? [];
  expect(kind).toContain(dtype);
  expect(size).toBe(shape);
  expect(JSON.parse(values)).toEqual([...raster.pixels.data]);
});
