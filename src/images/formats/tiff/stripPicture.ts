import { tiffEntry } from '../../metadata/tiffStructure.js';
import type { Raster } from '../../raster.js';
import type { StripPicture } from './stripFile.js';

const UNASSOCIATED_ALPHA = 2;
const WHOLE_NUMBERS = 1;
const IEEE_FLOAT = 3;

/** Samples `[height, width]` or `[height, width, 1 or 3]`, row by row; whole numbers of 32 bits are labels. */
export interface Samples2d {
  data: Uint8Array | Uint16Array | Uint32Array | Float32Array;
  shape: readonly number[];
}

/** Samples as they are, in the strips of a TIFF, with alpha behind each pixel where there is one. */
export function stripPicture({ data, shape }: Samples2d, alpha?: Raster['alpha']): Omit<StripPicture, 'isDeflated'> {
  const [height, width, channels = 1] = shape;
  const samples = channels + (alpha ? 1 : 0);
  const rowBytes = width * samples * data.BYTES_PER_ELEMENT;
  const perSample = (value: number) => Array<number>(samples).fill(value);

  function strip(y: number, rows: number): Buffer {
    const part = data.subarray(y * width * channels, (y + rows) * width * channels);
    if (alpha === undefined) return Buffer.from(part.buffer, part.byteOffset, part.byteLength);
    const together = new (data.constructor as Float32ArrayConstructor)(rows * width * samples);
    for (let i = 0; i < rows * width; i++) {
      for (let c = 0; c < channels; c++) together[i * samples + c] = part[i * channels + c];
      together[i * samples + channels] = alpha.data[y * width + i];
    }
    return Buffer.from(together.buffer);
  }

  return {
    ...{ height, width, rowBytes, strip },
    entries: [
      tiffEntry(258, 3, perSample(data.BYTES_PER_ELEMENT * 8), true),
      tiffEntry(262, 3, [channels === 1 ? 1 : 2], true),
      tiffEntry(277, 3, [samples], true),
      ...(alpha ? [tiffEntry(338, 3, [UNASSOCIATED_ALPHA], true)] : []),
      tiffEntry(339, 3, perSample(data instanceof Float32Array ? IEEE_FLOAT : WHOLE_NUMBERS), true),
    ],
  };
}
