import ndarray from 'ndarray';
import { PerpixelError } from '../../core/errors.js';
import { copySamples } from '../copyInSlices.js';
import type { Kind } from './kind.js';

/** What a canvas gives: RGBA, 8 bits, not premultiplied. Of a browser's own class, a canvas package's, or a plain object. */
export interface ImageDataLike {
  readonly data: Uint8ClampedArray;
  readonly width: number;
  readonly height: number;
  readonly colorSpace?: string;
}

/** Comes back as a new one of the same class; alpha stays. */
export function imageDataKind(photo: ImageDataLike): Kind {
  const { data, width, height, colorSpace } = photo;
  if (data.length !== width * height * 4 || data.length === 0) {
    throw new PerpixelError({
      code: 'E_FORMAT',
      received: `ImageData of ${width} x ${height} with ${data.length} bytes`,
      expected: `${width * height * 4} bytes, RGBA`,
      cure: 'Take it from a canvas with getImageData.',
    });
  }
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const shape = [height, width, 4];
  return {
    open: async () => ({ samples: await copySamples(ndarray(bytes, shape)), shape }),
    wrap({ samples, shape: own }) {
      const [rows, columns] = own!;
      const clean = new Uint8ClampedArray(samples!.buffer as ArrayBuffer, samples!.byteOffset, samples!.byteLength);
      if (Object.getPrototypeOf(photo) === Object.prototype)
        return { ...photo, data: clean, width: columns, height: rows };
      const Constructor = photo.constructor as new (...parts: unknown[]) => ImageDataLike;
      return new Constructor(clean, columns, rows, ...(colorSpace ? [{ colorSpace }] : []));
    },
  };
}

export function isImageData(photo: object): photo is ImageDataLike {
  return 'width' in photo && 'height' in photo && 'data' in photo && photo.data instanceof Uint8ClampedArray;
}
