import { writeFile } from 'node:fs/promises';
import ndarray from 'ndarray';
import * as z from 'zod';
import { classColour } from '../../answers/classColour.js';
import { camvidClasses } from '../../geometry/camvidClasses.js';
import { nyuClasses } from '../../geometry/nyuClasses.js';
import { palettePng } from '../../images/formats/palettePng.js';
import type { Pixels } from '../../images/raster.js';
import { resizeBilinear } from '../../images/resizeBilinear.js';
import { writeRaster } from '../../images/writeRaster.js';
import { measuredGeometry } from '../scene/measuredGeometry.js';
import { inBytes, inHexadecimal } from '../scene/pictures/mapAndKey.js';
import type { SceneTask } from '../scene/sceneTask.js';
import { focalOption, type View, viewOf } from '../scene/view.js';

const options = z.object({
  scene: z.enum(['indoor', 'street']).default('indoor').describe('What kind of scenes the photos show'),
  classes: z.literal([4, 13, 40]).default(40).describe('How finely, indoors: 4, 13 or 40 classes; streets have 11'),
  depth: z
    .string()
    .optional()
    .describe(
      'Depth that was measured, indoors: 16-bit PNG in millimetres, NPY or PFM in metres, for one photo, or a folder ' +
        'of them, named as the photos; or `predicted`, from the photo itself',
    ),
  focal: focalOption,
});

/** Which classes are told apart, and what is known of the depth. */
export type LabelsOptions = z.output<typeof options>;

/** The classes that are told apart. */
export interface LabelsFacts {
  /** Names of the classes that are told apart; 0 is void. */
  names: readonly string[];
  /** The told class of each of the network's, where those are more. */
  merged?: readonly number[];
}

/** What stands in place of the files of depth where it is to be said by the network. */
const PREDICTED = 'predicted';
/** Pixels that the network is given of a street: a tenth more a side than the 480x360 of the photos that it learnt from. */
const STREET_AREA = 528 * 396;
/** A palette has room for the largest set of classes. */
const MOST = 40;

/**
 * What everything in a photo is: a class a pixel, 1 and up; 0 is void, which is never said. Depth beside the photo of a
 * room, measured or predicted, is seen by a network of its own.
 *
 * Files: a PNG whose palette gives the classes colours, indices as they are; NPY of indices. The names: `labelsLegend`.
 */
export const labels: SceneTask<LabelsOptions, LabelsFacts> = {
  name: 'labels',
  summary: 'What everything in a photo of a room or a street is',
  options,

  model: ({ scene, depth }) => {
    if (scene === 'street') return 'labels-street';
    return depth === undefined ? 'scene' : 'labels-with-depth';
  },

  area: ({ scene }) => (scene === 'street' ? STREET_AREA : undefined),

  async beside(raster, { scene, depth, focal }, { seen, photo, predicted }) {
    if (depth === undefined || scene === 'street') return {};
    if (depth !== PREDICTED) {
      const { magnification }: View = await viewOf(raster, focal, seen);
      return { ...(await measuredGeometry(depth, raster, { photo, seen, magnification })) };
    }
    const said = await predicted();
    return { depth: resizeBilinear(said.depth, ...seen), normals: resizeBilinear(said.normals, ...seen) };
  },

  measure: (_, asked) => classSet(asked),

  /** Classes that are told as one are as likely as they are together. */
  read(output, { names, merged }) {
    const likely = softmax(output);
    if (!merged) return likely;
    const [rows, columns, channels] = likely.shape;
    const classes = names.length - 1;
    const sums = new Float32Array(rows * columns * classes);
    for (let i = 0; i < likely.data.length; i++) {
      sums[Math.floor(i / channels) * classes + merged[(i % channels) + 1] - 1] += likely.data[i];
    }
    return ndarray(sums, [rows, columns, classes]);
  },

  allocate: ([height, width]) => ndarray(new Uint8Array(height * width), [height, width, 1]),

  chooses: true,

  finish(values) {
    for (let i = 0; i < values.length; i++) values[i] += 1;
  },

  report: ({ names }) => ({ classes: names.length - 1 }),
  extension: ({ format }) => (format === 'npy' ? 'npy' : 'png'),

  async write(map, file, { format }) {
    const [height, width] = map.shape;
    const indices = map.data as Uint8Array;
    if (format === 'npy') {
      const pixels = ndarray(indices, [height, width, 1]);
      return writeRaster({ pixels, metadata: { format, bitDepth: 8 } }, file);
    }
    const palette = Array.from({ length: MOST + 1 }, (_, id) => inBytes(classColour(id)));
    await writeFile(file, await palettePng(ndarray(indices, [height, width]), palette));
  },

  async picture(map, { names }) {
    const { labelsPicture } = await import('../scene/pictures/labelsPicture.js');
    return labelsPicture(map, names);
  },
};

/** The legend of the pictures: each index with its name and its colour in the palette. */
export function labelsLegend(asked: Pick<LabelsOptions, 'scene' | 'classes'>) {
  return classSet(asked).names.map((name, index) => ({
    index,
    name,
    colour: inHexadecimal(inBytes(classColour(index))),
  }));
}

function classSet({ scene, classes }: Pick<LabelsOptions, 'scene' | 'classes'>): LabelsFacts {
  if (scene === 'street') return { names: camvidClasses.names };
  const { names, from40 } = nyuClasses[classes];
  return classes === MOST ? { names } : { names, merged: from40 };
}

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
