import ndarray, { type NdArray } from 'ndarray';
import { PerpixelError } from '../../core/errors.js';
import { copySamples } from '../copyInSlices.js';
import type { Samples } from '../raster.js';
import type { Kind } from './kind.js';

const KINDS = ['uint8', 'uint16', 'float32'];

/**
 * Samples `[h, w]` or `[h, w, c]`, 1 to 4 channels, alpha last: uint8 0..255, uint16 0..65535, float32 0..1. The array
 * stays as it is; a new one of the same shape and kind comes back, row by row.
 *
 * @throws PerpixelError E_FORMAT for other kinds and shapes
 */
export function arrayKind(photo: NdArray<Samples>): Kind {
  const { dtype, shape } = photo;
  const [height, width, channels = 1] = shape;
  const isPicture = shape.length === 2 || (shape.length === 3 && channels >= 1 && channels <= 4);
  if (!KINDS.includes(dtype)) throw refused(`an ndarray of ${dtype}`, KINDS.join(', '));
  if (!isPicture || height * width === 0) {
    throw refused(`an ndarray of shape ${shape.join(' x ')}`, 'height x width, or height x width x 1 to 4 channels');
  }
  return {
    open: async () => ({ samples: await copySamples(photo), shape }),
    wrap: ({ samples, shape: own }) => ndarray(samples!, [...own!]),
  };
}

export function isNdArray(photo: object): photo is NdArray<Samples> {
  return 'shape' in photo && 'stride' in photo && 'offset' in photo && 'data' in photo;
}

function refused(received: string, expected: string): PerpixelError {
  return new PerpixelError({ code: 'E_FORMAT', received, expected, cure: 'Convert it first.' });
}
