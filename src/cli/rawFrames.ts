import { isSequence } from '../video/imageSequence.js';
import type { RawFrames } from '../video/openVideo.js';
import type { Ratio } from '../video/videoFormat.js';
import { optionError } from './optionError.js';
import type { VideoArgs } from './videoOptions.js';

/**
 * What `--raw`, `--size` and `--rate` say; undefined without `--raw`.
 *
 * @throws PerpixelError E_OPTION one of them is missing or no size or rate
 */
export function rawFrames(args: Pick<VideoArgs, 'raw' | 'size' | 'rate' | 'input'>): RawFrames | undefined {
  const { raw, size, rate, input } = args;
  if (raw === undefined) {
    const [name] =
      Object.entries({ size, rate: isSequence(input) ? undefined : rate }).find(([, value]) => value !== undefined) ??
      [];
    if (name) throw optionError(name, size ?? rate, '--raw beside it', 'Leave it out: the video says so itself.');
    return undefined;
  }
  const [, width, height] = /^([1-9]\d*)x([1-9]\d*)$/.exec(size ?? '') ?? [];
  if (!width) throw optionError('size', size, 'WIDTHxHEIGHT', 'Raw frames do not say their size: --size 320x240.');
  const pace = ratioOf(args);
  if (!pace) throw optionError('rate', rate, '25 or 30000/1001', 'Raw frames do not say their rate: --rate 25.');
  return { layout: raw, width: Number(width), height: Number(height), rate: pace };
}

/** What `--rate` says. @throws PerpixelError E_OPTION it is no rate */
export function ratioOf({ rate }: Pick<VideoArgs, 'rate'>): Ratio | undefined {
  if (rate === undefined) return undefined;
  const [, num, den = '1'] = /^([1-9]\d*)(?:\/([1-9]\d*))?$/.exec(rate) ?? [];
  if (!num) throw optionError('rate', rate, '25 or 30000/1001', 'Pictures a second: --rate 25.');
  return { num: Number(num), den: Number(den) };
}
