import ndarray, { type NdArray } from 'ndarray';
import * as z from 'zod';
import type { Answer, Size } from '../../../src/answers/answer.js';
import { allocateRaster } from '../../../src/images/allocateRaster.js';
import { workingSize } from '../../../src/tasks/scene/workingSize.js';
import type { Task } from '../../../src/tasks/task.js';

const options = z.object({ half: z.number().positive().default(2).describe('Metres at which things are half near') });

/** What a map of nearness is: 0 far to 1 near, float32 `[h, w, 1]`. */
const answer: Answer<NdArray<Float32Array>> = {
  name: 'nearness',
  formats: ['png', 'npy'],
  formatsHold: 'png, 8 bits of 0 to 255; npy, 0 to 1',
  map: {
    enlarge: 'smooth',
    allocate: ([height, width]) => ndarray(new Float32Array(height * width), [height, width, 1]),
  },
  encode: (map, { format }) =>
    format === 'npy' ? { pixels: map, metadata: { format: 'npy', bitDepth: 32 } } : inGrey(map),
  picture: async (map) => inGrey(map),
  video: {
    options: z.object({}),
    steady: 'mean',
    layout: () => 'grey',
    picture: ({ data, shape: [height, width] }) => ndarray(data.slice(), [height, width, 1]),
  },
};

function inGrey({ data, shape: [height, width] }: NdArray<Float32Array>) {
  const raster = allocateRaster(height, width, 1, { format: 'png', bitDepth: 8 });
  for (let i = 0; i < data.length; i++) raster.pixels.data[i] = Math.round(255 * data[i]);
  return raster;
}

/** The smallest map: the shipped network's logarithm of depth, shown as how near things are. */
export const nearness: Task<z.output<typeof options>, { half: number; seen: Size }, NdArray<Float32Array>> = {
  name: 'nearness',
  summary: 'How near everything in a photo is, from 0 to 1',
  options,
  answer,
  modelTasks: ['scene'],
  model: () => 'scene',
  measure: ({ pixels: { shape } }, { half }, { stride }) => ({ half, seen: workingSize(shape[0], shape[1], stride) }),
  plan: ({ half, seen }) => ({
    kind: 'whole',
    seen,
    output: 'depth',
    finish(values) {
      for (let i = 0; i < values.length; i++) values[i] = half / (half + Math.exp(values[i]));
    },
  }),
  report: ({ half }) => ({ half }),
};
