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
