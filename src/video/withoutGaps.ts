import { PerpixelError } from '../core/errors.js';
import type { DecoderLog } from './decoderLog.js';
import type { CodedFrame } from './frame.js';

interface WithoutGapsOptions {
  /** What errors are about. */
  file: string;
  /** How far two frames are apart as a rule. */
  ticks: number;
}

/** Frames by which a decoder may complain early: it reads them in another order than it shows them. H.264 and HEVC have 16 at most. */
const REORDERED = 16;

/**
 * What a decoder gave, with the times and complaints of its log. A frame that it repaired is passed on as it is, and reported. Where frames
 * are missing at a place that it complains of, or soon after, the one before is repeated, at the pace of the frames around.
 */
export async function* withoutGaps(
  frames: AsyncIterable<Pick<CodedFrame, 'bytes'>>,
  log: Pick<DecoderLog, 'next' | 'rest'>,
  { file, ticks }: WithoutGapsOptions,
): AsyncGenerator<CodedFrame> {
  let index = 0;
  let last: CodedFrame | undefined;
  let complaint: { damage: string; index: number } | undefined;
  for await (const { bytes } of frames) {
    const { pts = last ? last.pts + Math.round(ticks) : 0, damage } = (await log.next()) ?? {};
    if (damage !== undefined) complaint = { damage, index };
    const isNear = complaint !== undefined && index - complaint.index <= REORDERED;
    const missing = last && isNear ? Math.max(0, Math.round((pts - last.pts) / ticks) - 1) : 0;
    if (last && complaint) {
      const step = (pts - last.pts) / (missing + 1);
      for (let n = 1; n <= missing; n++) {
        const error = damaged(file, index, complaint.damage);
        yield { index: index++, pts: Math.round(last.pts + n * step), bytes: last.bytes, error };
      }
    }
    const isMended = damage !== undefined && missing === 0;
    last = { index, pts, bytes, ...(isMended && { error: damaged(file, index, damage) }) };
    yield last;
    index++;
  }
  await log.next(); // Only when the log has ended is it known what it complained of last.
  if (log.rest !== undefined && last !== undefined) {
    yield { ...last, index, pts: last.pts + Math.round(ticks), error: damaged(file, index, log.rest) };
  }
}

function damaged(file: string, index: number, damage: string): PerpixelError {
  return new PerpixelError({
    code: 'E_READ',
    subject: `${file} frame ${index}`,
    received: `damaged data (${damage})`,
    expected: 'a whole frame',
    cure: 'Look at this place in the result; the frames after it are done as usual.',
  });
}
