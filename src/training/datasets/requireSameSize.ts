import { PerpixelError } from '../../core/errors.js';

interface Sized {
  file: string;
  height: number;
  width: number;
}

/** @throws PerpixelError E_DATA where a truth is not of the size of its picture */
export function requireSameSize(picture: Sized, truth: Sized): void {
  if (truth.height === picture.height && truth.width === picture.width) return;
  throw new PerpixelError({
    code: 'E_DATA',
    subject: truth.file,
    received: `${truth.width} x ${truth.height} pixels`,
    expected: `${picture.width} x ${picture.height}, the size of ${picture.file}`,
    cure: 'Bring picture and truth to one size, or remove both.',
  });
}
