import * as z from 'zod';
import { planeNormals } from '../../geometry/planeNormals.js';
import { readRaster } from '../../images/readRaster.js';
import { type NormalFigures, NormalScores } from '../../metrics/normals.js';
import type { Evaluation, EvaluationContext } from '../evaluation/evaluation.js';
import { photosWithTruth } from '../evaluation/pictures.js';
import { readDepth } from '../evaluation/truths.js';
import { type NormalsOptions, normals } from './task.js';

interface EvaluateNormalsOptions extends Pick<NormalsOptions, 'focal'> {
  /** Side of the window in which planes are fitted to the true depth, in its pixels, odd. */
  window: number;
}

/**
 * Angles to normals computed from depth, as NYU's camera saw it, over all pixels of a set where a plane could be fitted.
 *
 * @param pairs a photo and its 16-bit depth in millimetres
 */
async function evaluateNormals(
  pairs: readonly (readonly [photo: string, truth: string])[],
  { focal, window }: EvaluateNormalsOptions,
  { predict, signal }: EvaluationContext,
): Promise<NormalFigures> {
  const scores = new NormalScores();
  for (const [photo, truth] of pairs) {
    signal?.throwIfAborted();
    const { value } = await predict(await readRaster(photo), normals, { focal });
    scores.add(value, planeNormals(await readDepth(truth), { window }));
  }
  return scores.figures;
}

const options = z.object({
  truth: z.string().describe('Folder of their depth: 16-bit pictures of the same names, millimetres, 0 unknown'),
  focal: z.string().optional().describe('As in normals'),
  window: z.number().default(31).describe('Side of the window that planes are fitted in, in pixels, odd'),
});

/** `perpixel eval normals PHOTOS --truth DEPTH`: angles to planes that are fitted to true depth. */
export const evaluation: Evaluation<z.output<typeof options>, NormalFigures & { window: number }> = {
  summary: 'Normals against those of planes fitted to measured depth',
  pictures: 'Folders of photos, or lists of paths',
  options,
  examples: [['normals nyu/rgb --truth nyu/depth', 'Mean and median in degrees, and the share within three angles']],
  columns: {
    images: ({ images }) => images,
    mean: ({ mean }) => mean.toFixed(2),
    median: ({ median }) => median.toFixed(2),
    '<11.25': ({ within11 }) => within11.toFixed(2),
    '<22.5': ({ within22 }) => within22.toFixed(2),
    '<30': ({ within30 }) => within30.toFixed(2),
  },
  async *evaluate({ pictures, truth, focal, window }, context) {
    yield { window, ...(await evaluateNormals(await photosWithTruth(pictures, truth), { focal, window }, context)) };
  },
};
