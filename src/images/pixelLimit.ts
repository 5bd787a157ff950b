import { PerpixelError } from '../core/errors.js';

/** 268 megapixels, as sharp has it: what a photo has at the most unless somebody says otherwise. */
export const DEFAULT_LIMIT_PIXELS = 0x3fff * 0x3fff;

/** Samples that 32 bits can count: beyond them native code writes over memory that is not its own. */
const MOST_SAMPLES = 2 ** 32 - 1;
/** A decoder may hold four channels, alpha among them. */
const CHANNELS = 4;

/**
 * Refuses a picture that is too large before anything of its size is made: a file of 600 bytes can claim 4 gigapixels.
 *
 * @throws PerpixelError E_SIZE, whose cause is the size
 */
export function requireSize(height: number, width: number, limit = DEFAULT_LIMIT_PIXELS): void {
  const parts = { code: 'E_SIZE', received: `${width} x ${height} pixels`, cause: { height, width } } as const;
  if (height * width * CHANNELS > MOST_SAMPLES) {
    const most = Math.floor(MOST_SAMPLES / CHANNELS);
    throw new PerpixelError({ ...parts, expected: `at most ${most} pixels`, cure: 'Cut it into parts first.' });
  }
  if (height * width <= limit) return;
  throw new PerpixelError({
    ...parts,
    expected: `at most ${limit} pixels`,
    cure: 'If it is really so large and there is memory for it, raise --limit-pixels (in a program: limitPixels).',
  });
}

/** What a file may have beside its pixels: metadata, a second picture, the video of a motion photo. */
const BESIDE = 256 * 2 ** 20;
/** No coder makes more of a pixel: eight samples of 16 bits. */
const BYTES_A_PIXEL = 16;

/**
 * Refuses a file that is far longer than its picture can be, before it is read: one that grew without end, or is full of holes.
 *
 * @throws PerpixelError E_SIZE
 */
export function requireLength(bytes: number, height: number, width: number): void {
  const most = BESIDE + height * width * BYTES_A_PIXEL;
  if (bytes <= most) return;
  throw new PerpixelError({
    code: 'E_SIZE',
    received: `a file of ${bytes} bytes for ${width} x ${height} pixels`,
    expected: `at most ${most} bytes`,
    cure: 'Something is appended to the picture: save it again in the program that made it.',
  });
}

/** Whether a file is so short that it can be read as a whole, whatever picture it holds. */
export const isShort = (bytes: number): boolean => bytes <= BESIDE;
