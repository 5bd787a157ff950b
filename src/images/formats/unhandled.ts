import { PerpixelError } from '../../core/errors.js';

/** A kind of file that is whole, and not handled. */
export function unhandled(received: string, expected: string, cure: string): PerpixelError {
  return new PerpixelError({ code: 'E_FORMAT', received, expected, cure });
}

export function cmyk(): PerpixelError {
  return unhandled('CMYK', 'RGB or grey', 'Convert it to RGB first, in a program that knows its profile.');
}

export function animated(title: string): PerpixelError {
  return unhandled(
    `an animated ${title}`,
    'one still picture',
    'Extract its frames, or make a video of it for `perpixel video`.',
  );
}

/** A file whose pixels are not all there. */
export function withoutPixels(title: string): PerpixelError {
  return new PerpixelError({
    code: 'E_READ',
    received: `${/^[AE]/.test(title) ? 'an' : 'a'} ${title} without its pixels`,
    expected: 'a whole picture',
    cure: 'The file is damaged or was cut off: copy or download it again.',
  });
}
