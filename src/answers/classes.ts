import ndarray, { type NdArray } from 'ndarray';
import * as z from 'zod';
import { palettePng } from '../images/formats/png/palettePng.js';
import type { Answer } from './answer.js';
import { classColour } from './classColour.js';
import { inBytes, inHexadecimal, type Rgb } from './pictures/mapAndKey.js';

/** What has to be known to show classes: their names; 0 is void. */
export interface ClassNames {
  names: readonly string[];
  /** `#rrggbb` of those that have colours of their own. */
  colours?: readonly (string | undefined)[];
}

/** The palette has room for the largest set of classes that is shipped, or for those that there are. */
const MOST = 40;

/** Bytes of red, green and blue of a class. */
export function classBytes({ colours }: Pick<ClassNames, 'colours'>, index: number): Rgb {
  const own = colours?.[index];
  if (own === undefined) return inBytes(classColour(index));
  return [1, 3, 5].map((at) => Number.parseInt(own.slice(at, at + 2), 16)) as unknown as Rgb;
}

/**
 * Class indices, uint8 `[h, w, 1]`; 0 is void. Files: a PNG whose palette gives the classes colours, indices as they are; NPY of
 * indices.
 *
 * @param name what is added to the photo's name: `x.labels.png`
 */
export const classes = (name: string): Answer<NdArray<Uint8Array>, ClassNames> => ({
  name,
  formats: ['png', 'npy'],
  formatsHold: 'class indices, png with a palette',
  map: {
    enlarge: 'argmax',
    allocate: ([height, width]) => ndarray(new Uint8Array(height * width), [height, width, 1]),
  },

  encode(map, { format }, { facts }) {
    const [height, width] = map.shape;
    if (format === 'npy') return { pixels: ndarray(map.data, [height, width, 1]), metadata: { format, bitDepth: 8 } };
    const palette = Array.from({ length: Math.max(MOST + 1, facts.names.length) }, (_, id) => classBytes(facts, id));
    return palettePng(ndarray(map.data, [height, width]), palette);
  },

  async picture(map, facts) {
    const { labelsPicture } = await import('./pictures/labelsPicture.js');
    return labelsPicture(
      map,
      facts.names,
      facts.names.map((_, id) => classBytes(facts, id)),
    );
  },

  video: {
    options: z.object({}),
    steady: 'vote',
    layout: () => 'colour',
    picture({ data, shape: [height, width] }, _, facts) {
      const palette = facts.names.map((__, id) => classBytes(facts, id).map((value) => value / 255));
      const pixels = new Float32Array(height * width * 3);
      for (let i = 0; i < data.length; i++) pixels.set(palette[data[i]], 3 * i);
      return ndarray(pixels, [height, width, 3]);
    },
  },
});

/** What indices and colours mean: an entry a class. */
export function classLegend(classes: ClassNames): { index: number; name: string; colour: string }[] {
  return classes.names.map((name, index) => ({ index, name, colour: inHexadecimal(classBytes(classes, index)) }));
}
