import { PerpixelError } from '../core/errors.js';
import type { PlaneSize } from './layout.js';

/** Twice what 12K cameras give. A frame takes 12 bytes a pixel here, and a header may claim anything. */
const MOST_PIXELS = 2 ** 27;
/** What the container of frames on their way to FFmpeg has room for. */
const LONGEST_SIDE = 2 ** 16 - 1;

/** @throws PerpixelError E_SIZE frames of this size are too large */
export function requireFrameSize({ width, height }: PlaneSize): void {
  if (width * height <= MOST_PIXELS && Math.max(width, height) <= LONGEST_SIDE) return;
  throw new PerpixelError({
    code: 'E_SIZE',
    subject: 'video',
    received: `frames of ${width} x ${height} pixels`,
    expected: `at most ${MOST_PIXELS / 2 ** 20} x 2^20 pixels, and ${LONGEST_SIDE} a side`,
    cure: 'Check the size; make the frames smaller first: ffmpeg -i IN -vf scale=WIDTH:-2 OUT.',
  });
}
