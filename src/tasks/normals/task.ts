import ndarray from 'ndarray';
import * as z from 'zod';
import { writeRaster } from '../../images/writeRaster.js';
import type { SceneTask } from '../scene/sceneTask.js';
import { focalOption, type View, viewOf } from '../scene/view.js';

const options = z.object({ focal: focalOption });

/** How the photo was taken, where its EXIF does not say. */
export type NormalsOptions = z.output<typeof options>;

/**
 * Surface normals from one photo: unit vectors, x right, y up, z to the viewer; a wall faced squarely is 0, 0, 1. What
 * looks so many times larger looks as many times flatter: the network's z is divided by the magnification.
 *
 * Files: PNG of (n + 1) / 2, 8 or 16 bits, as normal maps have it; NPY or PFM of the vectors.
 */
export const normals: SceneTask<NormalsOptions, View> = {
  name: 'normals',
  summary: 'Which way every surface in a photo faces',
  options,
  measure: (raster, { focal }, seen) => viewOf(raster, focal, seen),
  read: (output) => output,

  unmirror(answer) {
    for (let i = 0; i < answer.data.length; i += 3) answer.data[i] *= -1;
  },

  allocate: ([height, width]) => ndarray(new Float32Array(height * width * 3), [height, width, 3]),

  /** Smoothed as depth is, they were 1.1 degrees further off on photos held out, and their median 2.1. */
  keeps: true,

  finish(values, { magnification }) {
    for (let i = 0; i < values.length; i += 3) {
      const x = values[i];
      const y = values[i + 1];
      const z = values[i + 2] / magnification;
      const share = 1 / (Math.sqrt(x * x + y * y + z * z) || 1);
      values[i] = x * share;
      values[i + 1] = y * share;
      values[i + 2] = z * share;
    }
  },

  report: ({ focal, focalFrom }) => ({ focal: Math.round(focal), focalFrom }),
  extension: ({ format = 'png' }) => format,

  async write(map, file, { format = 'png', bitDepth = 8 }) {
    const [height, width] = map.shape;
    if (format !== 'png') {
      const pixels = ndarray(map.data as Float32Array, [height, width, 3]);
      return writeRaster({ pixels, metadata: { format, bitDepth: 32 } }, file);
    }
    const white = 2 ** bitDepth - 1;
    const samples = bitDepth === 16 ? new Uint16Array(map.data.length) : new Uint8Array(map.data.length);
    for (let i = 0; i < samples.length; i++) samples[i] = ((map.data[i] + 1) / 2) * white + 0.5;
    return writeRaster({ pixels: ndarray(samples, [height, width, 3]), metadata: { format, bitDepth } }, file);
  },

  async picture(map) {
    const { normalsPicture } = await import('../scene/pictures/normalsPicture.js');
    return normalsPicture(map);
  },
};
