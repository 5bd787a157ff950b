import ndarray, { type NdArray } from 'ndarray';
import * as z from 'zod';
import { palettePng } from '../images/formats/png/palettePng.js';
import type { Answer } from './answer.js';
import { classColour } from './classColour.js';
import { inBytes, inHexadecimal } from './pictures/mapAndKey.js';

/** What has to be known to show classes: their names; 0 is void. */
export interface ClassNames {
  names: readonly string[];
}

/** The palette has room for the largest set of classes. */
const MOST = 40;

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

  encode(map, { format }) {
    const [height, width] = map.shape;
    if (format === 'npy') return { pixels: ndarray(map.data, [height, width, 1]), metadata: { format, bitDepth: 8 } };
    const palette = Array.from({ length: MOST + 1 }, (_, id) => inBytes(classColour(id)));
    return palettePng(ndarray(map.data, [height, width]), palette);
  },

  async picture(map, { names }) {
    const { labelsPicture } = await import('./pictures/labelsPicture.js');
    return labelsPicture(map, names);
  },

  video: {
    options: z.object({}),
    steady: 'vote',
    layout: () => 'colour',
    picture({ data, shape: [height, width] }) {
      const pixels = new Float32Array(height * width * 3);
      for (let i = 0; i < data.length; i++) pixels.set(classColour(data[i]), 3 * i);
      return ndarray(pixels, [height, width, 3]);
    },
  },
});

/** What indices and colours mean: an entry a class. */
export function classLegend({ names }: ClassNames): { index: number; name: string; colour: string }[] {
  return names.map((name, index) => ({ index, name, colour: inHexadecimal(inBytes(classColour(index))) }));
}
