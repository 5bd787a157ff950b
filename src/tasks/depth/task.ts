import type { NdArray } from 'ndarray';
import * as z from 'zod';
import { depth as answer } from '../../answers/depth.js';
import { type FamiliarityReport, familiarityTo, familiarityWords } from '../scene/familiarity.js';
import { focalOption, type View, type ViewReport, viewOf, viewWords } from '../scene/view.js';
import type { Task } from '../task.js';

const options = z.object({ focal: focalOption });

/** How the photo was taken, where its EXIF does not say. */
export type DepthOptions = z.output<typeof options>;

/**
 * Depth from one photo: metres along the optical axis. A longer lens shows the same thing larger, which looks nearer: what
 * the network says, the logarithm, in which errors are relative, is multiplied by the focal length of the picture that it sees, in
 * those of the ones it learnt from.
 */
export const depth: Task<DepthOptions, View, NdArray<Float32Array>, ViewReport & FamiliarityReport> = {
  name: 'depth',
  summary: 'How far everything in a photo is away, in metres',
  options,
  answer,
  modelTasks: ['scene', 'depth'],
  model: () => 'scene',
  measure: (raster, { focal }, card) => viewOf(raster, focal, card),
  plan: ({ seen, magnification }) => ({
    kind: 'whole',
    seen,
    remarks: familiarityTo('rooms'),
    finish(values) {
      for (let i = 0; i < values.length; i++) values[i] = Math.exp(values[i]) * magnification;
    },
  }),
  report: ({ focal, focalFrom }) => ({ focal: Math.round(focal), focalFrom }),
  words: (report) => [viewWords(report), ...familiarityWords(report, 'rooms')],
};
