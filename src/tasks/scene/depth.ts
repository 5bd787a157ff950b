import ndarray from 'ndarray';
import * as z from 'zod';
import { focalLength, pixelsOf35mm } from '../../images/focalLength.js';
import type { Raster } from '../../images/raster.js';
import { writeRaster } from '../../images/writeRaster.js';
import { nyuCamera } from '../../metrics/planeNormals.js';
import type { SceneTask, Size } from './sceneTask.js';

const options = z.object({
  focal: z
    .string()
    .regex(/^\d+(\.\d+)?(mm|px)$/, 'a length like 28mm (as for 35 mm film) or 3100px')
    .optional()
    .describe(
      "The photo's focal length, 28mm (as for 35 mm film) or 3100px; from its EXIF, else 28mm, where not given",
    ),
});

export type DepthOptions = z.output<typeof options>;

export interface DepthFacts {
  /** In pixels of the photo. */
  focal: number;
  focalFrom: 'option' | 'exif' | 'assumed';
  /** How many times larger things look to the network than in the photos that it learnt from, from as far away. */
  magnification: number;
}

/** Where neither the user nor the photo tells: what the photos have that the network learnt from, and most phones. */
const USUAL_35MM = 28;
/** Of the photos that the network learnt from: half of the camera's 640x480 pixels. */
const LEARNT_FOCAL = nyuCamera.fx / 2;
/** What a 16-bit PNG holds. */
const LARGEST_MM = 65_535;

/**
 * Depth from one photo: metres along the optical axis. A longer lens shows the same thing larger, which looks nearer: what
 * the network says is multiplied by the focal length of the picture that it sees, in those of the ones it learnt from.
 *
 * Files: 16-bit PNG in millimetres, NPY or PFM in metres.
 */
export const depth: SceneTask<DepthOptions, DepthFacts> = {
  name: 'depth',
  summary: 'How far everything in a photo is away, in metres',
  options,

  async measure(raster, { focal: asked }, seen) {
    const [height, width] = raster.pixels.shape;
    const { focal, focalFrom } = await focalOf(raster, asked);
    const reduction = Math.sqrt((seen[0] / height) * (seen[1] / width));
    return { focal, focalFrom, magnification: (focal * reduction) / LEARNT_FOCAL };
  },

  /** The logarithm, in which errors are relative. */
  read: (output) => output,

  allocate: ([height, width]: Size) => ndarray(new Float32Array(height * width), [height, width, 1]),

  finish(answers, map, at, { magnification }) {
    for (let i = 0; i < answers.length; i++) map.data[at + i] = Math.exp(answers[i]) * magnification;
  },

  report: ({ focal, focalFrom }) => ({ focal: Math.round(focal), focalFrom }),

  extension: ({ format = 'png' }) => format,

  async write(map, file, { format = 'png' }) {
    const [height, width] = map.shape;
    if (format !== 'png') {
      const pixels = ndarray(map.data as Float32Array, [height, width, 1]);
      return writeRaster({ pixels, metadata: { format, bitDepth: 32 } }, file);
    }
    const millimetres = new Uint16Array(map.data.length);
    for (let i = 0; i < millimetres.length; i++) millimetres[i] = Math.min(map.data[i] * 1000 + 0.5, LARGEST_MM);
    return writeRaster({ pixels: ndarray(millimetres, [height, width, 1]), metadata: { format, bitDepth: 16 } }, file);
  },
};

async function focalOf(
  { pixels, metadata }: Raster,
  asked: string | undefined,
): Promise<Pick<DepthFacts, 'focal' | 'focalFrom'>> {
  const [height, width] = pixels.shape;
  if (asked !== undefined) {
    const value = Number.parseFloat(asked);
    const focal = asked.endsWith('px') ? value : pixelsOf35mm(value, height, width);
    return { focal, focalFrom: 'option' };
  }
  const stated = await focalLength(metadata.exif, height, width);
  if (stated !== undefined) return { focal: stated, focalFrom: 'exif' };
  return { focal: pixelsOf35mm(USUAL_35MM, height, width), focalFrom: 'assumed' };
}
