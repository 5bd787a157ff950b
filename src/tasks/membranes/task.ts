import ndarray from 'ndarray';
import * as z from 'zod';
import { labelsFile, type Membranes, type MembranesShown, membranesAnswer } from '../../answers/membranes.js';
import { PerpixelError } from '../../core/errors.js';
import type { Pixels, Raster } from '../../images/raster.js';
import { whiteOf } from '../../images/readWindow.js';
import { cubicAt } from '../../metrics/calibration.js';
import { largestLabel } from '../../regions/labels.js';
import { labelLinks } from '../../regions/linkLabels.js';
import { pictureOf } from '../pictureOf.js';
import type { Task } from '../task.js';
import { toTensor } from '../toTensor.js';
import { cellsOf } from './cellsOf.js';
import { cellRows, csvHead, csvLines } from './cellTable.js';
import { LEARNT, type SliceLevels, sliceLevels } from './sliceLevels.js';

const options = z
  .object({
    cells: z
      .boolean()
      .default(false)
      .describe('Beside each result the cells: x.cells.png, a number each, and their measures, x.cells.csv and .json'),
    threshold: z.number().min(0).max(1).default(0.5).describe('Probability above which a pixel is inside a cell'),
    minSize: z.int().min(1).default(25).describe('Cells have at least so many pixels above the threshold'),
    invert: z.boolean().default(false).describe('Slices in which membranes are bright and cells dark'),
    link: z
      .boolean()
      .default(false)
      .describe(
        'With --cells: a cell keeps its number from slice to slice, of a stack or of a folder in the order of its names, by overlap',
      ),
  })
  .refine(({ cells, link }) => cells || !link, { path: ['link'], error: 'cells to link: --cells beside it' });

/** What can be asked of membranes. */
export type MembranesOptions = z.output<typeof options>;

/** What is known of a slice before its membranes are found. */
export interface MembranesFacts extends MembranesShown {
  options: MembranesOptions;
  levels: SliceLevels;
  /** What is to be said of the slice. */
  notices: readonly string[];
}

/** What is told of a slice. */
export interface MembranesReport {
  /** How many, where they were asked for. */
  cells?: number;
}

/** In windows of 1024 pixels a quarter more would be worked on for the sake of their overlap. The network takes 180 bytes a pixel. */
const TILE = 1536;

/** Fine lines that are brighter than this are bright; see `SliceLevels`. */
const BRIGHT = 0.1;

/**
 * Membranes and cells in slices of an electron microscope, in which membranes are dark. The network answers with the logit of the
 * probability of cell; cells are the connected pieces above a threshold, grown along the probability until they meet.
 */
export const membranes: Task<MembranesOptions, MembranesFacts, Membranes, MembranesReport> = {
  name: 'membranes',
  summary: 'Membranes and cells in slices of an electron microscope',
  examples: [
    ['membranes slices -o out', 'Probability of cell, 16-bit PNG: white in cells, black on membranes'],
    ['membranes slices -o out --cells --pictures', 'Cells as numbers, their measures, and pictures to look at'],
  ],
  options,
  answer: membranesAnswer,
  model: () => 'membranes',

  measure(raster, asked) {
    requireGrey(raster);
    const levels = sliceLevels(raster);
    return {
      options: asked,
      levels,
      slice: raster,
      notices: noticesOf(levels, asked),
      cellsOf: (probability) => cellsOf(probability, asked),
    };
  },

  plan: ({ options: { cells, invert }, levels: { mean, deviation }, notices, cellsOf }, card) => ({
    kind: 'tiled',
    tile: TILE,
    map: {
      channels: 1,
      value: (probability) => ({ probability, ...(cells && { cells: cellsOf(probability) }) }),
      remarks(value) {
        const { cells: found } = value as Membranes;
        return { report: found ? { cells: largestLabel(found) } : {}, notices };
      },
    },
    async window(window, run) {
      const [height, width] = window.shape;
      // One grey all over: a slice that is not there.
      if (deviation === 0) return ndarray(new Float32Array(height * width), [height, width, 1]);
      const gain = (invert ? -1 : 1) * (LEARNT.deviation / deviation);
      const image = firstChannel(window, (value) => (value - mean) * gain + LEARNT.mean);
      const { data } = pictureOf(await run({ image: toTensor(image, card) }), 'boundary', image, card);
      const { calibration } = card;
      const probability = calibration ? (logit: number) => cubicAt(calibration, logistic(logit)) : logistic;
      return firstChannel(ndarray(data as Float32Array, [height, width, 1]), probability);
    },
  }),

  stack: {
    link({ cells, link }) {
      if (!cells || !link) return undefined;
      const links = labelLinks();
      return { next: (value) => ({ ...value, cells: links(value.cells!) }) };
    },
  },

  report: () => ({}),
  words: ({ cells }) => (cells === undefined ? [] : [`${cells} cells found`]),

  sideFiles: {
    cells: {
      describe: 'The cells: a number each, and their measures',
      suffix: 'cells',
      formats: ['csv', 'json'],
      isFlag: true,
      encode({ slice }, format, { cells }) {
        if (cells === undefined) return undefined;
        if (format !== 'csv' && format !== 'json') return labelsFile(cells, format);
        const rows = cellRows(cells, slice);
        return Buffer.from(format === 'csv' ? csvHead() + csvLines(rows) : `${JSON.stringify(rows, null, 1)}\n`);
      },
      ofStack: {
        page: (_, { cells }) => cells!,
        texts: {
          csv: {
            begin: csvHead('slice'),
            slice: ({ slice }, { cells }, n) => csvLines(cellRows(cells!, slice), n),
            ...{ between: '', end: '' },
          },
          json: {
            begin: '[\n',
            slice: ({ slice }, { cells }, n) =>
              cellRows(cells!, slice)
                .map((row) => ` ${JSON.stringify({ slice: n, ...row })}`)
                .join(',\n'),
            ...{ between: ',\n', end: '\n]\n' },
          },
        },
      },
    },
  },
};

const logistic = (logit: number): number => 1 / (1 + Math.exp(-logit));

function firstChannel({ data, shape: [height, width, channels] }: Pixels, to: (value: number) => number): Pixels {
  const values = new Float32Array(height * width);
  for (let i = 0; i < values.length; i++) values[i] = to(data[i * channels]);
  return ndarray(values, [height, width, 1]);
}

function noticesOf({ lines, deviation }: SliceLevels, { invert }: MembranesOptions): string[] {
  if (deviation === 0) return ['an empty slice, of one grey: no cells'];
  if ((invert ? -lines : lines) <= BRIGHT) return [];
  return [
    `membranes look bright, and cells dark${invert ? ' with --invert: leave it out' : ': --invert turns them around'}`,
  ];
}

/** Grey stored as colours is taken for grey. @throws PerpixelError E_FORMAT for colours */
function requireGrey({ pixels: { data, shape, stride, offset } }: Pick<Raster, 'pixels'>): void {
  const [height, width, channels] = shape;
  if (channels === 1) return;
  // What JPEG makes of grey is not grey to the last bit.
  const most = whiteOf(data) / 16;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = offset + y * stride[0] + x * stride[1];
      for (let c = 1; c < channels; c++) if (Math.abs(data[at + c * stride[2]] - data[at]) > most) throw coloured();
    }
  }
}

function coloured(): PerpixelError {
  return new PerpixelError({
    code: 'E_FORMAT',
    received: 'a picture in colours',
    expected: 'a grey slice of an electron microscope',
    cure: 'Save one channel of it as grey.',
  });
}
