import { PerpixelError } from '../core/errors.js';
import type { CodedFrame, VideoSource } from './frame.js';

/** Part of a video, in seconds from its beginning as players count them. */
export interface Cut {
  /** The frame of this time is in it. @default 0 */
  from?: number;
  /** That of this time is not. @default its end */
  to?: number;
}

/** Half a tick of the finest clock that containers have, so that a time that was rounded is still the frame's own. */
const ROUNDING = 5e-7;

/**
 * The part of a video whose frames are shown at `from` and later, and before `to`, counted from 0 again. No frame is made anew,
 * halved or moved: times stay those of the source, and `source.cut` tells sinks to begin with the first of them.
 *
 * @throws PerpixelError E_OPTION `from` is not before `to`
 */
export function cutOut(source: VideoSource, { from = 0, to = Number.POSITIVE_INFINITY }: Cut): VideoSource {
  if (from === 0 && to === Number.POSITIVE_INFINITY) return source;
  if (!(from >= 0 && from < to)) {
    throw new PerpixelError({
      code: 'E_OPTION',
      subject: 'from',
      received: `${from} s to ${to} s`,
      expected: 'a time that is before that of --to',
      cure: 'Times are counted from the beginning of the video: --from 1:30 --to 1:45.',
    });
  }
  const { format, total, start = 0 } = source;
  const tick = format.timeBase.num / format.timeBase.den;
  const rate = format.rate.num / format.rate.den;
  async function* frames(): AsyncGenerator<CodedFrame> {
    let index = 0;
    for await (const frame of source) {
      const seconds = frame.pts * tick - start + ROUNDING;
      if (seconds >= to) break;
      if (seconds >= from) yield { ...frame, index: index++ };
    }
  }
  return {
    ...source,
    cut: { from, ...(to < Number.POSITIVE_INFINITY && { to }) },
    total: total && Math.max(0, Math.round((Math.min(to, total / rate) - from) * rate)),
    [Symbol.asyncIterator]: frames,
  };
}

const UNITS = { s: 1, ms: 1e-3, us: 1e-6 } as const;

/**
 * Seconds of a time as FFmpeg writes them (https://ffmpeg.org/ffmpeg-utils.html#time-duration-syntax): `90`, `1:30.5`,
 * `00:01:30.5`, `90500ms`; undefined where it is none.
 */
export function secondsOf(text: string): number | undefined {
  const [, hours = '0', minutes, seconds] = /^(?:(\d+):)?(\d{1,2}):(\d{1,2}(?:\.\d*)?)$/.exec(text) ?? [];
  if (minutes !== undefined) return 3600 * Number(hours) + 60 * Number(minutes) + Number(seconds);
  const [, number, unit = 's'] = /^(\d+(?:\.\d*)?)(s|ms|us)?$/.exec(text) ?? [];
  return number === undefined ? undefined : Number(number) * UNITS[unit as keyof typeof UNITS];
}
