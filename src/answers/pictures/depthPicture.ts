import type { Raster } from '../../images/raster.js';
import { strokeText, strokeTextWidth } from '../../images/strokeText.js';
import type { MapArray } from '../answer.js';
import { type ColourMap, depthColour } from '../depthColour.js';
import { drawSvg } from '../drawSvg.js';
import { fromPalette, inBytes, inHexadecimal, type Key, mapAndKey, pictureWidth, wordSize } from './mapAndKey.js';

/** Metres that colours begin and end with. */
interface Range {
  near: number;
  far: number;
}

/** Where a scale may have a number, times powers of ten; the first have room before the others. */
const ROUND = [1, 5, 2, 3, 4, 1.5, 6, 7, 8, 9];
const POWERS = [0.001, 0.01, 0.1, 1, 10, 100, 1000];
/** Of all pixels, at either end, that lie outside the range: a few must not take all colours. */
const OUTSIDE = 0.005;
/** Pixels that the range is found from. */
const SAMPLES = 100_000;
/** A range is at least so wide, by its ends' quotient: what is flat is to look flat. */
const NARROWEST = 1.1;
const STEPS = 256;
const STOPS = 32;

/** How depth is shown. */
export interface DepthPictureOptions extends Partial<Range> {
  /** @default 'turbo', red near and blue far */
  colours?: ColourMap;
}

/**
 * Depth in colours, with a scale of metres below: over the photo's own range unless another is given, on a logarithmic
 * scale, on which a tenth farther looks the same anywhere.
 *
 * @param map metres
 */
export async function depthPicture(
  map: MapArray,
  { colours: named = 'turbo', ...asked }: DepthPictureOptions = {},
): Promise<Raster> {
  const { near, far } = rangeOf(map.data as Float32Array, asked);
  const colours = Array.from({ length: STEPS }, (_, step) => inBytes(depthColour(1 - step / (STEPS - 1), named)));
  const perStep = (STEPS - 1) / Math.log(far / near);
  const paint = fromPalette(colours, (at) => {
    const step = Math.round(Math.log(map.data[at] / near) * perStep);
    return Math.min(Math.max(step, 0), STEPS - 1);
  });
  return mapAndKey(map, paint, await scale({ near, far, colours: named }, wordSize(map), pictureWidth(map)));
}

/** The ends that are asked for, the others those of the photo. */
function rangeOf(metres: Float32Array, asked: Partial<Range>): Range {
  const every = Math.max(1, Math.floor(metres.length / SAMPLES));
  const sorted = metres.filter((_, i) => i % every === 0).sort();
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))];
  const middle = Math.sqrt(at(OUTSIDE) * at(1 - OUTSIDE));
  const half = Math.sqrt(Math.max(at(1 - OUTSIDE) / at(OUTSIDE), NARROWEST));
  const [near, far] = [asked.near ?? middle / half, asked.far ?? middle * half];
  // One end that is asked for may lie beyond the photo's other one.
  if (near * NARROWEST <= far) return { near, far };
  return asked.near === undefined ? { near: far / NARROWEST, far } : { near, far: near * NARROWEST };
}

/** A bar of all colours from near to far, with metres below it. */
async function scale(
  { near, far, colours }: Range & { colours: ColourMap },
  size: number,
  width: number,
): Promise<Key> {
  const [left, right] = [size, width - size];
  const stops = Array.from({ length: STOPS + 1 }, (_, i) => {
    return `<stop offset="${i / STOPS}" stop-color="${inHexadecimal(inBytes(depthColour(1 - i / STOPS, colours)))}"/>`;
  });
  const place = (metres: number) => left + ((right - left) * Math.log(metres / near)) / Math.log(far / near);
  const ticks = ticksOf({ near, far }, size, place).map(({ text, x }) => {
    const line = `<path d="M${x} ${1.5 * size}v${0.3 * size}" stroke="black" stroke-width="${0.08 * size}"/>`;
    return line + strokeText(text, { x: x - (size * strokeTextWidth(text)) / 2, y: 2.7 * size, size });
  });
  const bar = `<rect x="${left}" y="${0.5 * size}" width="${right - left}" height="${size}" fill="url(#bar)"/>`;
  const elements = `<defs><linearGradient id="bar">${stops.join('')}</linearGradient></defs>${bar}${ticks.join('')}`;
  const height = Math.ceil(3.2 * size);
  return { height, pixels: await drawSvg(elements, height, width) };
}

/** Round numbers within the range that have room beside each other. */
function ticksOf({ near, far }: Range, size: number, place: (metres: number) => number) {
  const ticks: { text: string; x: number; half: number }[] = [];
  for (const digit of ROUND) {
    for (const power of POWERS) {
      const metres = Number((digit * power).toPrecision(3));
      if (metres < near || metres > far) continue;
      const text = `${metres} m`;
      const half = (size * strokeTextWidth(text)) / 2;
      const x = place(metres);
      if (ticks.every((other) => Math.abs(other.x - x) > other.half + half + 0.6 * size)) ticks.push({ text, x, half });
    }
  }
  return ticks;
}
