import ndarray, { type NdArray } from 'ndarray';
import { PerpixelError } from '../core/errors.js';
import { encodeNpy } from '../images/formats/npy.js';
import { stripFile } from '../images/formats/tiff/stripFile.js';
import { stripPicture } from '../images/formats/tiff/stripPicture.js';
import type { Pixels, Raster } from '../images/raster.js';
import { type Labels, largestLabel } from '../regions/labels.js';
import type { Answer, FileContent } from './answer.js';

/** What a slice shows. */
export interface Membranes {
  /** Probability of cell, float32 `[h, w, 1]`: 1 in a cell, 0 on a membrane. */
  probability: Pixels;
  /** Where they were asked for: a number a cell, uint32 `[h, w]`, 0 on the lines between them. */
  cells?: Labels;
}

/** What has to be known to show it. */
export interface MembranesShown {
  slice: Pick<Raster, 'pixels'>;
  /** How cells are made where there are none yet. */
  cellsOf(probability: Pixels): Labels;
}

const WHITE = 65_535;

/** Probability of cell. Files: 16-bit PNG or TIFF, white in cells, black on membranes; NPY of 0..1. */
export const membranesAnswer: Answer<Membranes, MembranesShown> = {
  name: 'membranes',
  formats: ['png', 'tiff', 'npy'],
  formatsHold: 'png, tiff, 16 bits, white in cells and black on membranes; npy, probabilities of cell',

  encode({ probability }, { format }) {
    if (format === 'npy') return { pixels: probability, metadata: { format, bitDepth: 32 } };
    return { pixels: inWords(probability), metadata: { format: format as 'png' | 'tiff', bitDepth: 16 } };
  },

  page: ({ probability }) => inWords(probability),

  async picture({ probability, cells }, { slice, cellsOf }) {
    const { cellsPicture } = await import('./pictures/cellsPicture.js');
    return cellsPicture(slice, cells ?? cellsOf(probability));
  },
};

/** Probabilities as 16 bits. */
export function inWords({ data, shape }: Pixels): NdArray<Uint16Array> {
  const words = new Uint16Array(data.length);
  // Not `from` with a function, which takes twenty times as long.
  for (let i = 0; i < words.length; i++) words[i] = Math.round(data[i] * WHITE);
  return ndarray(words, [...shape]);
}

/** Cells as a file: 16 bits where the numbers have room in them, else 32, which PNG has not. @throws PerpixelError E_FORMAT */
export async function labelsFile(cells: Labels, format: string): Promise<FileContent> {
  const [height, width] = cells.shape;
  const largest = largestLabel(cells);
  const words = largest <= WHITE ? ndarray(Uint16Array.from(cells.data), [height, width, 1]) : undefined;
  if (format === 'tiff') return Buffer.concat(await stripFile({ ...stripPicture(words ?? cells), isDeflated: true }));
  if (format === 'npy') return Buffer.concat(encodeNpy(words ?? cells));
  if (words) return { pixels: words, metadata: { format: 'png', bitDepth: 16 } };
  throw new PerpixelError({
    code: 'E_FORMAT',
    received: `${largest} cells`,
    expected: `at most ${WHITE} in a PNG`,
    cure: 'Write tiff or npy, which have 32 bits for each.',
  });
}
