import ndarray, { type NdArray } from 'ndarray';
import * as z from 'zod';
import type { Answer } from './answer.js';
import { colourMaps, depthColour } from './depthColour.js';
import type { Pinhole } from './space/viewPoints.js';

/** What 16 bits hold, in millimetres. */
const LARGEST_MM = 65_535;

const colours = z
  .enum(colourMaps)
  .default('turbo')
  .describe('Of pictures, from far to near: blue to red, violet to yellow, black to pale, black to white');

/** Of pictures of single photos. */
const pictureOptions = z
  .object({
    colours,
    near: z
      .number()
      .positive()
      .optional()
      .describe("Metres at which their colours begin; the photo's own where not given"),
    far: z.number().positive().optional().describe('Metres at which they end'),
  })
  .refine(({ near, far }) => near === undefined || far === undefined || near < far, {
    path: ['near'],
    error: 'less than far; both are in metres',
  });

/** Of videos. */
const options = z
  .object({
    style: z
      .enum(['colour', 'grey', 'mm'])
      .default('colour')
      .describe('colour: warm is near; grey: white is near; mm: lossless 16-bit grey, millimetres'),
    colours,
    near: z.number().positive().default(0.5).describe('Metres at which colours and greys begin'),
    far: z.number().positive().default(10).describe('Metres at which they end'),
  })
  .refine(({ near, far }) => near < far, { path: ['near'], error: 'less than far; both are in metres' });

type Style = z.output<typeof options>;

/**
 * Metres along the optical axis, float32 `[h, w, 1]`. Files: 16-bit PNG in millimetres, NPY, PFM or EXR in metres; in space, with the photo's
 * colours, PLY of points and GLB of a surface. In a video: colours on a logarithmic scale, on which a tenth farther looks the same anywhere.
 */
export const depth: Answer<NdArray<Float32Array>, Pinhole> = {
  name: 'depth',
  formats: ['png', 'npy', 'pfm', 'exr', 'ply', 'glb'],
  formatsHold: 'png, 16 bits of millimetres; npy, pfm, exr (channel Z), metres; ply, points in space; glb, a surface',
  map: {
    enlarge: 'smooth',
    allocate: ([height, width]) => ndarray(new Float32Array(height * width), [height, width, 1]),
  },

  async encode(map, { format }, beside) {
    if (format === 'ply' || format === 'glb') {
      const { inSpace } = await import('./space/inSpace.js');
      return inSpace(map, beside, format);
    }
    const [height, width] = map.shape;
    if (format === 'exr') {
      const { writeExr } = await import('../images/formats/exr/writeExr.js');
      return Buffer.concat(await writeExr([{ name: 'Z', data: map.data }], { width, height }));
    }
    if (format !== 'png') {
      return {
        pixels: ndarray(map.data, [height, width, 1]),
        metadata: { format: format as 'npy' | 'pfm', bitDepth: 32 },
      };
    }
    const millimetres = new Uint16Array(map.data.length);
    for (let i = 0; i < millimetres.length; i++) millimetres[i] = Math.min(map.data[i] * 1000 + 0.5, LARGEST_MM);
    return { pixels: ndarray(millimetres, [height, width, 1]), metadata: { format, bitDepth: 16 } };
  },

  pictureOptions,

  async picture(map, _, asked) {
    const { depthPicture } = await import('./pictures/depthPicture.js');
    return depthPicture(map, asked as z.output<typeof pictureOptions>);
  },

  video: {
    options,
    steady: 'mean',
    layout: (asked) => ({ colour: 'colour', grey: 'grey', mm: 'numbers' })[(asked as Style).style] as 'colour',
    picture({ data, shape: [height, width] }, asked) {
      const { style, colours, near, far } = asked as Style;
      if (style === 'mm')
        return ndarray(
          data.map((metres) => Math.min(1, (1000 * metres) / LARGEST_MM)),
          [height, width, 1],
        );
      const share = (metres: number) => Math.min(1, Math.max(0, Math.log(metres / near) / Math.log(far / near)));
      if (style === 'grey')
        return ndarray(
          data.map((metres) => 1 - share(metres)),
          [height, width, 1],
        );
      const pixels = new Float32Array(height * width * 3);
      for (let i = 0; i < data.length; i++) pixels.set(depthColour(1 - share(data[i]), colours), 3 * i);
      return ndarray(pixels, [height, width, 3]);
    },
  },
};
