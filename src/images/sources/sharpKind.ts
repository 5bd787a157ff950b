import type { Sharp } from 'sharp';
import { bufferOver } from '../../core/bufferOver.js';
import type { Kind } from './kind.js';

/**
 * A sharp instance, whose operations are done first. What comes back is a new instance over an uncompressed PNG, the one format that
 * carries 16 bits and EXIF through libvips. It has the metadata of the first, for whoever keeps it (`keepMetadata()`). The bit depth is
 * what sharp would write: 16 bits where the instance was told `toColourspace('rgb16')`.
 */
export function sharpKind(photo: Sharp): Kind {
  // The caller's own copy of sharp, which need not be ours.
  const Constructor = photo.constructor as new (input: Buffer, options: { limitInputPixels: boolean }) => Sharp;
  return {
    async open() {
      return { bytes: await photo.clone().keepMetadata().png({ compressionLevel: 0, palette: false }).toBuffer() };
    },
    encoding: { format: 'png', compression: 'none' },
    wrap: ({ bytes }) => new Constructor(bufferOver(bytes!), { limitInputPixels: false }),
  };
}

export function isSharp(photo: object): photo is Sharp {
  return ['clone', 'keepMetadata', 'png', 'toBuffer'].every(
    (name) => typeof (photo as Record<string, unknown>)[name] === 'function',
  );
}
