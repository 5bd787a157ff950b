import { writeFile } from 'node:fs/promises';
import ndarray from 'ndarray';
import * as z from 'zod';
import { classColour } from '../../images/classColour.js';
import { palettePng } from '../../images/formats/palettePng.js';
import type { Pixels } from '../../images/raster.js';
import { writeRaster } from '../../images/writeRaster.js';
import { nyuClasses } from '../../metrics/nyuClasses.js';
import type { SceneTask } from './sceneTask.js';

const options = z.object({
  classes: z.literal([4, 13, 40]).default(40).describe('How finely: 4, 13 or 40 classes of indoor scenes'),
});

export type LabelsOptions = z.output<typeof options>;

/** The network says how likely each of the 40 classes is; coarser ones are as likely as theirs together. */
const FINEST = 40;

/**
 * What everything in a photo of a room is: a class a pixel, 1 and up; 0 is void, which is never said.
 *
 * Files: a PNG whose palette gives the classes colours, indices as they are; NPY of indices. The names: `labelsLegend`.
 */
export const labels: SceneTask<LabelsOptions, LabelsOptions> = {
  name: 'labels',
  summary: 'What everything in a photo of a room is: 4, 13 or 40 classes',
  options,
  measure: (_, asked) => asked,

  read(output, { classes }) {
    const likely = softmax(output);
    if (classes === FINEST) return likely;
    const [rows, columns, channels] = likely.shape;
    const { from40 } = nyuClasses[classes];
    const sums = new Float32Array(rows * columns * classes);
    for (let i = 0; i < likely.data.length; i++) {
      sums[Math.floor(i / channels) * classes + from40[(i % channels) + 1] - 1] += likely.data[i];
    }
    return ndarray(sums, [rows, columns, classes]);
  },

  allocate: ([height, width]) => ndarray(new Uint8Array(height * width), [height, width, 1]),

  finish(answers, map, at, { classes }) {
    for (let start = 0, i = at; start < answers.length; start += classes, i++) {
      let best = 0;
      for (let k = 1; k < classes; k++) if (answers[start + k] > answers[start + best]) best = k;
      map.data[i] = best + 1;
    }
  },

  report: ({ classes }) => ({ classes }),
  extension: ({ format }) => (format === 'npy' ? 'npy' : 'png'),

  async write(map, file, { format }) {
    const [height, width] = map.shape;
    const indices = map.data as Uint8Array;
    if (format === 'npy') {
      const pixels = ndarray(indices, [height, width, 1]);
      return writeRaster({ pixels, metadata: { format, bitDepth: 8 } }, file);
    }
    const palette = Array.from(
      { length: FINEST + 1 },
      (_, id) => classColour(id).map(inBytes) as [number, number, number],
    );
    await writeFile(file, await palettePng(ndarray(indices, [height, width]), palette));
  },
};

/** The legend of the pictures: each index with its name and its colour in the palette. */
export function labelsLegend(classes: LabelsOptions['classes']): { index: number; name: string; colour: string }[] {
  return nyuClasses[classes].names.map((name, index) => ({
    index,
    name,
    colour: `#${classColour(index)
      .map((value) => inBytes(value).toString(16).padStart(2, '0'))
      .join('')}`,
  }));
}

const inBytes = (value: number) => Math.round(value * 255);

/** Logits `[rows, columns, classes]` to probabilities. */
function softmax({ data, shape }: Pixels): Pixels {
  const classes = shape[2];
  const likely = new Float32Array(data.length);
  for (let start = 0; start < data.length; start += classes) {
    let largest = data[start];
    for (let k = 1; k < classes; k++) largest = Math.max(largest, data[start + k]);
    let sum = 0;
    for (let k = 0; k < classes; k++) {
      likely[start + k] = Math.exp(data[start + k] - largest);
      sum += likely[start + k];
    }
    for (let k = 0; k < classes; k++) likely[start + k] /= sum;
  }
  return ndarray(likely, [...shape]);
}
