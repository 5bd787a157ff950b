import type { Raster } from '../../images/raster.js';
import { strokeText, strokeTextWidth } from '../../images/strokeText.js';
import type { MapArray } from '../answer.js';
import { classColour } from '../classColour.js';
import { drawSvg } from '../drawSvg.js';
import {
  fromPalette,
  inBytes,
  inHexadecimal,
  type Key,
  mapAndKey,
  pictureWidth,
  type Rgb,
  wordSize,
} from './mapAndKey.js';

/** Height of a line of the legend, in sizes of words. */
const LINE = 1.5;

/**
 * Classes in their colours, with a legend below: the classes that are there, those of the largest areas first.
 *
 * @param map class indices
 * @param names of the classes
 * @param colours of the classes
 */
export async function labelsPicture(
  map: MapArray,
  names: readonly string[],
  colours: readonly Rgb[] = names.map((_, index) => inBytes(classColour(index))),
): Promise<Raster> {
  const areas = new Float64Array(names.length);
  for (const index of map.data) areas[index]++;
  const present = [...areas.keys()].filter((index) => areas[index] > 0).sort((a, b) => areas[b] - areas[a]);
  const entries = present.map((index) => ({ name: names[index], colour: inHexadecimal(colours[index]) }));
  const key = await legend(entries, wordSize(map), pictureWidth(map));
  const paint = fromPalette(colours, (at) => map.data[at]);
  return mapAndKey(map, paint, key);
}

/** Entries one after another, in as many lines as they need. */
async function legend(entries: readonly { name: string; colour: string }[], size: number, width: number): Promise<Key> {
  let [x, line] = [size, 0];
  const drawn = entries.map(({ name, colour }) => {
    const length = (2 + strokeTextWidth(name)) * size;
    if (x > size && x + length > width) [x, line] = [size, line + 1];
    const base = (LINE * (line + 1) + 0.25) * size;
    const box = `x="${x}" y="${base - 0.8 * size}" width="${size}" height="${size}"`;
    const entry = `<rect ${box} fill="${colour}"/>${strokeText(name, { x: x + 1.3 * size, y: base, size })}`;
    x += length;
    return entry;
  });
  const height = Math.ceil((LINE * (line + 1) + 1) * size);
  return { height, pixels: await drawSvg(drawn.join(''), height, width) };
}
