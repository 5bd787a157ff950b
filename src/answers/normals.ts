import ndarray, { type NdArray } from 'ndarray';
import * as z from 'zod';
import type { Answer } from './answer.js';

/**
 * Unit vectors, float32 `[h, w, 3]`: x right, y up, z to the viewer; a wall faced squarely is 0, 0, 1. Files: PNG of (n + 1) / 2, 8 or
 * 16 bits, as normal maps have it; NPY, PFM or EXR of the vectors.
 */
export const normals: Answer<NdArray<Float32Array>> = {
  name: 'normals',
  formats: ['png', 'npy', 'pfm', 'exr'],
  formatsHold: 'png, (n + 1) / 2; npy, pfm, exr (channels N.X, N.Y, N.Z), unit vectors',
  map: {
    /** Smoothed as depth is, they were 1.1 degrees further off on photos held out, and their median 2.1. */
    enlarge: 'exact',
    allocate: ([height, width]) => ndarray(new Float32Array(height * width * 3), [height, width, 3]),
  },

  mirror(grid) {
    for (let i = 0; i < grid.data.length; i += 3) grid.data[i] *= -1;
  },

  async encode(map, { format, bitDepth = 8 }) {
    const [height, width] = map.shape;
    if (format === 'exr') {
      const { writeExr } = await import('../images/formats/exr/writeExr.js');
      const channels = ['N.X', 'N.Y', 'N.Z'].map((name, offset) => ({ name, data: map.data, offset, step: 3 }));
      return Buffer.concat(await writeExr(channels, { width, height }));
    }
    if (format !== 'png') {
      return {
        pixels: ndarray(map.data, [height, width, 3]),
        metadata: { format: format as 'npy' | 'pfm', bitDepth: 32 },
      };
    }
    const white = 2 ** bitDepth - 1;
    const samples = bitDepth === 16 ? new Uint16Array(map.data.length) : new Uint8Array(map.data.length);
    for (let i = 0; i < samples.length; i++) samples[i] = ((map.data[i] + 1) / 2) * white + 0.5;
    return { pixels: ndarray(samples, [height, width, 3]), metadata: { format, bitDepth } };
  },

  async picture(map) {
    const { normalsPicture } = await import('./pictures/normalsPicture.js');
    return normalsPicture(map);
  },

  video: {
    options: z.object({}),
    steady: 'mean',
    settle: normalise,
    layout: () => 'colour',
    picture: ({ data, shape: [height, width] }) =>
      ndarray(
        data.map((value) => (value + 1) / 2),
        [height, width, 3],
      ),
  },
};

/** A mean of unit vectors is shorter than they are. */
function normalise(vectors: Float32Array): void {
  for (let i = 0; i < vectors.length; i += 3) {
    const length = Math.hypot(vectors[i], vectors[i + 1], vectors[i + 2]) || 1;
    for (let c = i; c < i + 3; c++) vectors[c] /= length;
  }
}
