import type { NdArray } from 'ndarray';
import * as z from 'zod';
import { normals as answer } from '../../answers/normals.js';
import {
  agreement,
  type ConfidenceReport,
  confidenceFile,
  confidenceOption,
  confidenceWords,
} from '../scene/confidence.js';
import { type FamiliarityReport, familiarityTo, familiarityWords } from '../scene/familiarity.js';
import { focalOption, type View, type ViewReport, viewOf, viewReport, viewWords } from '../scene/view.js';
import type { Task } from '../task.js';

const options = z.object({
  focal: focalOption,
  confidence: confidenceOption(
    'the cosine of the angle between the normals of the photo and of its mirror image, 0 from 90 degrees on',
  ),
});

/** How the photo was taken, where its EXIF does not say, and what else is wanted. */
export type NormalsOptions = z.output<typeof options>;

/** How a photo was taken. */
export interface NormalsFacts extends View {
  /** Whether it is asked for. */
  confidence: boolean;
}

/**
 * Surface normals from one photo: unit vectors, x right, y up, z to the viewer; a wall faced squarely is 0, 0, 1. What
 * looks so many times larger looks as many times flatter: the network's z is divided by the magnification.
 */
export const normals: Task<
  NormalsOptions,
  NormalsFacts,
  NdArray<Float32Array>,
  ViewReport & FamiliarityReport & ConfidenceReport
> = {
  name: 'normals',
  summary: 'Which way every surface in a photo faces',
  options,
  answer,
  modelTasks: ['scene', 'normals'],
  model: () => 'scene',
  measure: async (raster, { focal, confidence }, card) => ({ ...(await viewOf(raster, focal, card)), confidence }),
  plan: ({ seen, magnification, confidence }) => ({
    kind: 'whole',
    seen,
    remarks: familiarityTo('rooms'),
    ...(confidence && {
      confidence: async (_, views) => agreement(await views(), angle, (mean) => Math.max(0, Math.cos(mean))),
    }),
    finish(values) {
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
  }),
  report: viewReport,
  words: (report) => [viewWords(report), ...confidenceWords(report), ...familiarityWords(report, 'rooms')],
  sideFiles: { confidence: confidenceFile(answer.name) },
};

/** Between two vectors, in radians. */
function angle(a: Float32Array, b: Float32Array, at: number): number {
  let [both, own, other] = [0, 0, 0];
  for (let i = at; i < at + 3; i++) {
    both += a[i] * b[i];
    own += a[i] * a[i];
    other += b[i] * b[i];
  }
  return Math.acos(Math.min(1, Math.max(-1, both / (Math.sqrt(own * other) || 1))));
}
