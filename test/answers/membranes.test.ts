import ndarray from 'ndarray';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { labelsFile } from '../../src/answers/membranes.js';

test.each([
  [60_000, 16],
  [70_000, 32],
])('%i cells are read back from a TIFF of %i bits, in several strips', async (largest, bits) => {
  const [height, width] = [900, 700];
  const cells = Uint32Array.from({ length: height * width }, (_, i) => (i * 7919) % (largest + 1));
  const file = (await labelsFile(ndarray(cells, [height, width]), 'tiff')) as Buffer;
  expect(await sharp(file).metadata()).toMatchObject({
    format: 'tiff',
    depth: bits === 16 ? 'ushort' : 'uint',
    height,
    width,
  });
  // Else 16 bits of grey become 8 bits of colour.
  const grey = sharp(file).toColourspace(bits === 16 ? 'grey16' : 'b-w');
  const raw = await grey.raw({ depth: bits === 16 ? 'ushort' : 'uint' }).toBuffer();
  const Numbers = bits === 16 ? Uint16Array : Uint32Array;
  expect(raw.equals(Buffer.from(Numbers.from(cells).buffer))).toBe(true);
});
