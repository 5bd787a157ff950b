import ndarray, { type NdArray } from 'ndarray';
import * as z from 'zod';
import type { FileContent } from '../../answers/answer.js';
import { writeExr } from '../../images/formats/exr/writeExr.js';
import type { Pixels } from '../../images/raster.js';
import type { SideFile } from '../task.js';

/** What is told of how sure a network is, where it is asked for. */
export interface ConfidenceReport {
  /** Of each pixel, `[h, w, 1]`, 0..1, without a unit: 1 is sure. What it is of each task stands at its option. */
  confidence?: NdArray<Float32Array>;
  /** Its mean over the photo. */
  meanConfidence?: number;
}

/** @param is what it is, in words */
export const confidenceOption = (is: string) =>
  z
    .boolean()
    .default(false)
    .describe(
      `Beside each result how sure the network is of each pixel, 0..1, x.NAME.confidence.png of 16 bits: ${is}`,
    );

/** The same for people, where it was asked for. */
export const confidenceWords = ({ meanConfidence }: ConfidenceReport): string[] =>
  meanConfidence === undefined ? [] : [`confidence: ${Math.round(100 * meanConfidence)} of 100, over the photo`];

/** Of a map that another format than these holds, a PNG. */
const FORMATS = ['png', 'npy', 'pfm', 'exr'];

/** `--confidence`: PNG of 16 bits, 65535 for 1; NPY, PFM or EXR (channel Y) of 0..1. @param name of the answer */
export const confidenceFile = (name: string): SideFile<unknown, unknown, ConfidenceReport> => ({
  describe: 'How sure the network is of each pixel',
  suffix: `${name}.confidence`,
  formats: [],
  isFlag: true,
  beside: (format) => (FORMATS.includes(format) ? format : FORMATS[0]),
  encode: (_, format, __, { confidence }) => confidence && encoded(confidence, format),
});

async function encoded({ data, shape }: NdArray<Float32Array>, format: string): Promise<FileContent> {
  const [height, width] = shape;
  if (format === 'exr') return Buffer.concat(await writeExr([{ name: 'Y', data }], { width, height }));
  if (format !== 'png') {
    return { pixels: ndarray(data, [height, width, 1]), metadata: { format: format as 'npy' | 'pfm', bitDepth: 32 } };
  }
  const samples = Uint16Array.from(data, (share) => 65_535 * share + 0.5);
  return { pixels: ndarray(samples, [height, width, 1]), metadata: { format, bitDepth: 16 } };
}

/** Cells about each, in each direction, over which two views are compared: a single one says little. */
const AROUND = 4;

/**
 * How well two views of the same photo agree.
 *
 * @param difference of the two at the cell whose first value stands at `at`, 0 and up
 * @param share what a mean difference is in 0..1
 */
export function agreement(
  [{ data: a, shape }, { data: b }]: readonly [Pixels, Pixels],
  difference: (a: Float32Array, b: Float32Array, at: number) => number,
  share: (mean: number) => number,
): Pixels {
  const [rows, columns, channels] = shape;
  const apart = new Float32Array(rows * columns);
  for (let i = 0; i < apart.length; i++) apart[i] = difference(a, b, i * channels);
  return ndarray(meanAround(apart, [rows, columns], AROUND).map(share), [rows, columns, 1]);
}

/** Means over squares, of what of them lies in the grid. */
function meanAround(values: Float32Array, [rows, columns]: readonly [number, number], reach: number): Float32Array {
  const along = (from: Float32Array, length: number, step: number, lines: number, next: number) => {
    const to = new Float32Array(from.length);
    for (let line = 0; line < lines; line++) {
      for (let i = 0; i < length; i++) {
        const [first, last] = [Math.max(0, i - reach), Math.min(length - 1, i + reach)];
        let sum = 0;
        for (let k = first; k <= last; k++) sum += from[line * next + k * step];
        to[line * next + i * step] = sum / (last - first + 1);
      }
    }
    return to;
  };
  return along(along(values, columns, 1, rows, columns), rows, columns, columns, 1);
}
