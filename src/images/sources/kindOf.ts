import { PerpixelError } from '../../core/errors.js';
import { arrayKind, isNdArray } from './arrayKind.js';
import { fileKind } from './fileKind.js';
import { imageDataKind, isImageData } from './imageDataKind.js';
import type { Kind } from './kind.js';
import { isSharp, sharpKind } from './sharpKind.js';

/** @throws PerpixelError E_OPTION for what is no photo, E_FORMAT for samples of a kind or shape that no photo has */
export function kindOf(photo: unknown): Kind {
  if (typeof photo === 'string' || photo instanceof URL || photo instanceof Uint8Array) return fileKind(photo);
  if (typeof photo === 'object' && photo !== null) {
    if (isSharp(photo)) return sharpKind(photo);
    if (isNdArray(photo)) return arrayKind(photo);
    if (isImageData(photo)) return imageDataKind(photo);
  }
  throw new PerpixelError({
    code: 'E_OPTION',
    subject: 'photo',
    received: photo === null ? 'null' : `a value of type ${typeof photo}`,
    expected: 'a path, a URL, the bytes of a file, a sharp instance, an ndarray or ImageData',
    cure: 'Read it first, for instance with sharp.',
  });
}
