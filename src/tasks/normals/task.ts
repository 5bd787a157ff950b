import type { NdArray } from 'ndarray';
import * as z from 'zod';
import { normals as answer } from '../../answers/normals.js';
import { type FamiliarityReport, familiarityTo, familiarityWords } from '../scene/familiarity.js';
import { focalOption, type View, type ViewReport, viewOf, viewReport, viewWords } from '../scene/view.js';
import type { Task } from '../task.js';

const options = z.object({ focal: focalOption });

/** How the photo was taken, where its EXIF does not say. */
export type NormalsOptions = z.output<typeof options>;

/**
 * Surface normals from one photo: unit vectors, x right, y up, z to the viewer; a wall faced squarely is 0, 0, 1. What
 * looks so many times larger looks as many times flatter: the network's z is divided by the magnification.
 */
export const normals: Task<NormalsOptions, View, NdArray<Float32Array>, ViewReport & FamiliarityReport> = {
  name: 'normals',
  summary: 'Which way every surface in a photo faces',
  options,
  answer,
  modelTasks: ['scene', 'normals'],
  model: () => 'scene',
  measure: (raster, { focal }, card) => viewOf(raster, focal, card),
  plan: ({ seen, magnification }) => ({
    kind: 'whole',
    seen,
    remarks: familiarityTo('rooms'),
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
  words: (report) => [viewWords(report), ...familiarityWords(report, 'rooms')],
};
