import ndarray from 'ndarray';
import * as z from 'zod';
import { writeRaster } from '../../images/writeRaster.js';
import type { SceneTask, Size } from '../scene/sceneTask.js';
import { focalOption, type View, viewOf } from '../scene/view.js';

const options = z.object({ focal: focalOption });

/** How the photo was taken, where its EXIF does not say. */
export type DepthOptions = z.output<typeof options>;

/** What a 16-bit PNG holds. */
const LARGEST_MM = 65_535;

/**
 * Depth from one photo: metres along the optical axis. A longer lens shows the same thing larger, which looks nearer: what
 * the network says is multiplied by the focal length of the picture that it sees, in those of the ones it learnt from.
 *
 * Files: 16-bit PNG in millimetres, NPY or PFM in metres.
 */
export const depth: SceneTask<DepthOptions, View> = {
  name: 'depth',
  summary: 'How far everything in a photo is away, in metres',
  options,

  measure: (raster, { focal }, seen) => viewOf(raster, focal, seen),

  /** The logarithm, in which errors are relative. */
  read: (output) => output,

  allocate: ([height, width]: Size) => ndarray(new Float32Array(height * width), [height, width, 1]),

  finish(values, { magnification }) {
    for (let i = 0; i < values.length; i++) values[i] = Math.exp(values[i]) * magnification;
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

  async picture(map) {
    const { depthPicture } = await import('../scene/pictures/depthPicture.js');
    return depthPicture(map);
  },
};
