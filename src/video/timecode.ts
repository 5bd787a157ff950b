import type { Ratio } from './videoFormat.js';

const TIMECODE = /^(\d{2}):(\d{2}):(\d{2})([:;])(\d{2,3})$/;

/**
 * The timecode of a later frame: `01:00:00:00`, 50 frames on at 25 a second, is `01:00:02:00`. With a semicolon it drops numbers, as
 * SMPTE 12M has it for 30000/1001 and 60000/1001: the first two (four) of each minute but every tenth.
 *
 * @returns undefined for what is no timecode
 */
export function timecodeAfter(timecode: string, frames: number, { num, den }: Ratio): string | undefined {
  const [, hours, minutes, seconds, mark, frame] = TIMECODE.exec(timecode) ?? [];
  if (mark === undefined) return undefined;
  const rate = Math.round(num / den);
  const dropped = mark === ';' ? rate / 15 : 0;
  const total = 60 * Number(hours) + Number(minutes);
  const count = (60 * total + Number(seconds)) * rate + Number(frame) - dropped * (total - Math.floor(total / 10));
  const [perMinute, perTen] = [60 * rate - dropped, 600 * rate - 9 * dropped];
  const later = (count + frames) % (144 * perTen); // A day.
  const [tens, rest] = [Math.floor(later / perTen), later % perTen];
  const inTen = rest < 60 * rate ? 0 : 1 + Math.floor((rest - 60 * rate) / perMinute);
  const number = later + dropped * (9 * tens + inTen);
  const parts = [number / (3600 * rate), (number / (60 * rate)) % 60, (number / rate) % 60, number % rate];
  const [h, m, s, f] = parts.map((part) => String(Math.floor(part)).padStart(2, '0'));
  return `${h}:${m}:${s}${mark}${f}`;
}
