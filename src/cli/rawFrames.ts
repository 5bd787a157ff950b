import type { RawFrames } from '../video/openVideo.js';
import { optionError } from './optionError.js';
import type { VideoArgs } from './videoOptions.js';

/**
 * What `--raw`, `--size` and `--rate` say; undefined without `--raw`.
 *
 * @throws PerpixelError E_OPTION one of them is missing or no size or rate
 */
export function rawFrames({ raw, size, rate }: Pick<VideoArgs, 'raw' | 'size' | 'rate'>): RawFrames | undefined {
  if (raw === undefined) {
    const [name] = Object.entries({ size, rate }).find(([, value]) => value !== undefined) ?? [];
    if (name) throw optionError(name, size ?? rate, '--raw beside it', 'Leave it out: the video says so itself.');
    return undefined;
  }
  const [, width, height] = /^([1-9]\d*)x([1-9]\d*)$/.exec(size ?? '') ?? [];
  if (!width) throw optionError('size', size, 'WIDTHxHEIGHT', 'Raw frames do not say their size: --size 320x240.');
  const [, num, den = '1'] = /^([1-9]\d*)(?:\/([1-9]\d*))?$/.exec(rate ?? '') ?? [];
  if (!num) throw optionError('rate', rate, '25 or 30000/1001', 'Raw frames do not say their rate: --rate 25.');
  return {
    layout: raw,
    width: Number(width),
    height: Number(height),
    rate: { num: Number(num), den: Number(den) },
  };
}
