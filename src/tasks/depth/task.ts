import type { NdArray } from 'ndarray';
import * as z from 'zod';
import { depth as answer } from '../../answers/depth.js';
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
import { type DepthReading, readDepth, scaleOf } from './readDepth.js';

const options = z.object({
  focal: focalOption,
  confidence: confidenceOption(
    'how alike the depths of the photo and of its mirror image are, the smaller over the larger',
  ),
  scale: z
    .string()
    .regex(
      /^\d+,\d+=\d*\.?\d+$|^\d*\.?\d+\.\.\d*\.?\d+$/,
      "a known point, '320,240=2.5', or range, '0.5..8', in metres",
    )
    .optional()
    .describe('To metres by what is known: the depth of a pixel, x,y=2.5, or the nearest and the farthest, 0.5..8'),
});

/** How the photo was taken, where its EXIF does not say, and what else is wanted. */
export type DepthOptions = z.output<typeof options>;

/** How a photo was taken, and in which unit its depth is. */
export interface DepthFacts extends View, DepthReading {
  /** Whether it is asked for. */
  confidence: boolean;
}

/** What is told beside a depth map. */
export interface DepthReport extends ViewReport {
  /** The network knows no metres, and none were said: 1 is the nearest, all else so many times as far. */
  relative?: true;
}

/**
 * Depth from one photo: metres along the optical axis. A longer lens shows the same thing larger, which looks nearer. So the depth that the
 * network predicts (as a logarithm, in which errors are relative) is multiplied by the focal length of the picture over that of the
 * pictures it learnt from. Networks of other people's may answer with inverse depth in no unit; see `readDepth`.
 */
export const depth: Task<
  DepthOptions,
  DepthFacts,
  NdArray<Float32Array>,
  DepthReport & FamiliarityReport & ConfidenceReport
> = {
  name: 'depth',
  summary: 'How far everything in a photo is away, in metres',
  options,
  answer,
  modelTasks: ['scene', 'depth'],
  model: () => 'scene',
  async measure(raster, { focal, scale, confidence }, card) {
    const view = await viewOf(raster, focal, card);
    const [height, width] = raster.pixels.shape;
    const isRelative = card.depth === 'inverse';
    // What is relative, or is brought to what is known, has no need of the focal length.
    const magnification = isRelative || scale !== undefined ? 1 : view.magnification;
    return {
      ...view,
      magnification,
      isRelative,
      confidence,
      scale: scale === undefined ? undefined : scaleOf(scale, [height, width]),
    };
  },
  plan: ({ seen, magnification, isRelative, scale, confidence }) => ({
    kind: 'whole',
    seen,
    remarks: familiarityTo('rooms'),
    read: readDepth({ isRelative, scale }),
    // Of logarithms: e to the minus of their difference is the ratio of the depths.
    ...(confidence && {
      confidence: async (_, views) =>
        agreement(
          await views(),
          (a, b, i) => Math.abs(a[i] - b[i]),
          (mean) => Math.exp(-mean),
        ),
    }),
    finish(values) {
      for (let i = 0; i < values.length; i++) values[i] = Math.exp(values[i]) * magnification;
    },
  }),
  report: ({ isRelative, scale, confidence: _, ...view }) => ({
    ...viewReport(view),
    ...(isRelative && scale === undefined && { relative: true }),
  }),
  words: (report) => [
    viewWords(report),
    ...(report.relative ? ['no metres: 1 is the nearest'] : []),
    ...confidenceWords(report),
    ...familiarityWords(report, 'rooms'),
  ],
  sideFiles: { confidence: confidenceFile(answer.name) },
};
