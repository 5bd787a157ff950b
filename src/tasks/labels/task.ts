import ndarray, { type NdArray } from 'ndarray';
import * as z from 'zod';
import type { Size } from '../../answers/answer.js';
import { type ClassNames, classes, classLegend } from '../../answers/classes.js';
import { camvidClasses } from '../../geometry/camvidClasses.js';
import { nyuClasses } from '../../geometry/nyuClasses.js';
import { averaged } from '../../images/averaged.js';
import type { Pixels, Raster } from '../../images/raster.js';
import { resizeBilinear } from '../../images/resizeBilinear.js';
import type { ModelCard } from '../../onnx/modelFile.js';
import { companionOption } from '../companion.js';
import { depth as depthTask } from '../depth/task.js';
import { normals as normalsTask } from '../normals/task.js';
import type { GridOf, PlaneInput } from '../plan.js';
import { type ConfidenceReport, confidenceFile, confidenceOption, confidenceWords } from '../scene/confidence.js';
import { type FamiliarityReport, familiarityTo, familiarityWords } from '../scene/familiarity.js';
import { measuredGeometry, readDepth } from '../scene/measuredGeometry.js';
import { focalOption, viewOf } from '../scene/view.js';
import { workingSize } from '../scene/workingSize.js';
import type { AboutPicture, Task } from '../task.js';
import { regionKinds } from './regionKinds.js';

/** What stands in place of the files of depth where it is to be said by the network. */
const PREDICTED = 'predicted';

const options = z.object({
  scene: z.enum(['indoor', 'street']).default('indoor').describe('What kind of scenes the photos show'),
  classes: z.literal([4, 13, 40]).default(40).describe('How finely, indoors: 4, 13 or 40 classes; streets have 11'),
  depth: companionOption(
    'Depth that was measured, indoors: 16-bit PNG in millimetres, NPY or PFM in metres, for one photo, or a folder ' +
      'of them, named as the photos; or `predicted`, from the photo itself',
    { words: [PREDICTED] },
  ).optional(),
  focal: focalOption,
  confidence: confidenceOption('the probability of the class that is said'),
  regions: z
    .enum(regionKinds)
    .optional()
    .describe(
      'Classes of regions in place of pixels, for networks like farabet: means over superpixels, the purest cover by a tree of ' +
        'segments, or superpixels that heed their neighbours. The shipped networks lose by it',
    ),
});

/** Which classes are told apart, and what is known of the depth. */
export type LabelsOptions = z.output<typeof options>;

/** What is known of a photo before its classes are told apart. */
export interface LabelsFacts extends ClassNames {
  /** The told class of each of the network's, where those are more. */
  merged?: readonly number[];
  /** The size at which the network sees the photo. */
  seen: Size;
  /** Those at which it also does with `best`. */
  alsoSeen: readonly Size[];
  /** What the network learnt from, in the plural. */
  kind: string;
  /** Whether it is asked for. */
  confidence: boolean;
  /** What the network that sees the photo alone says, which is asked for its depth in any case. */
  alsoSaid?(grid: GridOf): Promise<Pixels>;
  /** What regions say in place of the pixels of the grid. */
  refine?(grid: Pixels): Promise<Pixels>;
  /** Depth and normals for a network that sees them too. */
  inputs?(grid: GridOf, seen: Size): Promise<Record<string, PlaneInput>>;
}

/** What is told of them. */
export interface LabelsReport extends FamiliarityReport, ConfidenceReport {
  /** How many are told apart. */
  classes: number;
}

/** Pixels that the network is given of a street: a tenth more a side than the 480x360 of the photos that it learnt from. */
const STREET_AREA = 528 * 396;
/** How much larger or smaller, a side, `best` also shows the photo: what is too large or too small at one size may be known at another. */
const FURTHER_SIDES = [0.85, 1.2];
/** Classes that the networks of rooms tell apart. */
const INDOOR_CLASSES = 40;

/**
 * What everything in a photo is: a class a pixel, 1 and up; 0 is void, which is never said. Depth beside the photo of a
 * room, measured or predicted, is seen by a network of its own.
 */
export const labels: Task<LabelsOptions, LabelsFacts, NdArray<Uint8Array>, LabelsReport> = {
  name: 'labels',
  summary: 'What everything in a photo is: 4, 13 or 40 classes of rooms, 11 of streets',
  options,
  answer: classes('labels'),
  modelTasks: ['scene', 'labels'],

  model: ({ scene, depth }) => {
    if (scene === 'street') return 'labels-street';
    return depth === undefined ? 'scene' : 'labels-with-depth';
  },

  async measure(raster, asked, card, about) {
    const isStreet = asked.scene === 'street' && card.classes === undefined;
    const view = await viewOf(raster, asked.focal, card, isStreet ? STREET_AREA : undefined);
    const inputs = await geometryInputs(raster, asked, view, about);
    const kind = asked.scene === 'street' ? 'streets' : 'rooms';
    const refine = refinement(asked, raster, view.seen);
    return {
      ...classSet(asked, card),
      seen: view.seen,
      // A network of one's own may be of one size.
      alsoSeen: card.classes ? [] : furtherSizes(raster, view.seen, card),
      kind,
      confidence: asked.confidence,
      ...(refine && { refine }),
      ...(inputs && { inputs }),
      ...(inputs &&
        asked.depth === PREDICTED && { alsoSaid: (grid: GridOf) => grid(labels, { classes: asked.classes }) }),
    };
  },

  plan: ({ names, merged, seen, alsoSeen, alsoSaid, kind, confidence, refine, inputs }) => ({
    kind: 'whole',
    seen,
    alsoSeen,
    inputs,
    alsoSaid,
    refine,
    remarks: familiarityTo(kind),
    read: (output) => (merged ? mergedClasses(softmax(output), names, merged) : softmax(output)),
    ...(confidence && { confidence: largestOf }),
    finish(values) {
      for (let i = 0; i < values.length; i++) values[i] += 1;
    },
  }),

  report: ({ names }) => ({ classes: names.length - 1 }),
  words: ({ classes, ...report }) => [
    `${classes} classes told apart`,
    ...confidenceWords(report),
    ...familiarityWords(report, classes === camvidClasses.names.length - 1 ? 'streets' : 'rooms'),
  ],
  sideFiles: { confidence: confidenceFile('labels') },
  legend: labelsLegend,
};

/** The legend of the pictures: each index with its name and its colour in the palette. @param card of the network, where it is one's own */
export function labelsLegend(asked: Pick<LabelsOptions, 'scene' | 'classes'>, card?: Pick<ModelCard, 'classes'>) {
  return classLegend(classSet(asked, card));
}

/** @param card of a network of classes of its own */
function classSet(
  { scene, classes }: Pick<LabelsOptions, 'scene' | 'classes'>,
  { classes: own }: Pick<ModelCard, 'classes'> = {},
): Pick<LabelsFacts, 'names' | 'colours' | 'merged'> {
  if (own)
    return {
      names: ['void', ...own.map(({ name }) => name)],
      colours: [undefined, ...own.map(({ colour }) => colour)],
    };
  if (scene === 'street') return { names: camvidClasses.names };
  const { names, from40 } = nyuClasses[classes];
  return classes === INDOOR_CLASSES ? { names } : { names, merged: from40 };
}

function furtherSizes({ pixels }: Raster, [rows, columns]: Size, { stride }: ModelCard): Size[] {
  const [height, width] = pixels.shape;
  const sizes = FURTHER_SIDES.map((side) => workingSize(height, width, stride, rows * columns * side ** 2));
  return sizes.filter(
    ([h, w], i) => (h !== rows || w !== columns) && sizes.findIndex((each) => each[0] === h && each[1] === w) === i,
  );
}

function refinement({ regions }: LabelsOptions, raster: Raster, seen: Size): LabelsFacts['refine'] {
  if (regions === undefined) return undefined;
  const picture = averaged(raster, ...seen);
  return async (grid) => (await import('./byRegions.js')).byRegions(regions, picture, grid);
}

/** Depth and normals, measured or predicted, where the network of the room is to see them. */
async function geometryInputs(
  raster: Raster,
  { scene, depth }: LabelsOptions,
  view: { seen: Size; magnification: number },
  about: AboutPicture,
): Promise<LabelsFacts['inputs']> {
  if (depth === undefined || scene === 'street') return undefined;
  /** What is shown larger looks nearer. */
  const magnificationAt = ([rows, columns]: Size) =>
    view.magnification * Math.sqrt((rows * columns) / (view.seen[0] * view.seen[1]));
  const asInputs = (geometry: { depth: Pixels; normals: Pixels }): Record<string, PlaneInput> => ({
    depth: { pixels: geometry.depth },
    normals: { pixels: geometry.normals, answer: normalsTask.answer },
  });
  if (depth !== PREDICTED) {
    const measured = await readDepth(depth, raster, about);
    return async (_, seen) => asInputs(measuredGeometry(measured, { seen, magnification: magnificationAt(seen) }));
  }
  return async (grid, seen) => {
    // Not awaited one by one: where the first fails, nobody would hear of the second, and that ends the process.
    const [far, facing] = await Promise.all([grid(depthTask), grid(normalsTask)]);
    const nearer = Math.log(magnificationAt(seen) / view.magnification);
    const depths = resizeBilinear(far, ...seen);
    for (let i = 0; i < depths.data.length; i++) depths.data[i] -= nearer;
    return asInputs({ depth: depths, normals: resizeBilinear(facing, ...seen) });
  };
}

/** Classes that are told as one are as likely as they are together. */
function mergedClasses(likely: Pixels, names: readonly string[], merged: readonly number[]): Pixels {
  const [rows, columns, channels] = likely.shape;
  const count = names.length - 1;
  const sums = new Float32Array(rows * columns * count);
  for (let i = 0; i < likely.data.length; i++) {
    sums[Math.floor(i / channels) * count + merged[(i % channels) + 1] - 1] += likely.data[i];
  }
  return ndarray(sums, [rows, columns, count]);
}

/** The largest probability of each cell. */
function largestOf({ data, shape: [rows, columns, classes] }: Pixels): Pixels {
  const largest = new Float32Array(rows * columns);
  for (let i = 0; i < data.length; i++) {
    const cell = Math.floor(i / classes);
    if (data[i] > largest[cell]) largest[cell] = data[i];
  }
  return ndarray(largest, [rows, columns, 1]);
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
