import ndarray from 'ndarray';
import type { Pixels } from '../../images/raster.js';
import { membraneEntropy } from '../../losses/balancedEntropy.js';
import { CellScores } from '../../metrics/cells.js';
import type { Learnable } from '../../training/learnable.js';
import { type MembraneExamples, membraneExamples } from './examples.js';

/** A pixel of a membrane counts so many times: there are fewer of them, and one that is missed joins two cells. */
const MEMBRANE = 2;

/** Cells and membranes: 1 in cells, 0 on membranes; the network answers with logits. */
export const membranes: Learnable<MembraneExamples> = {
  name: 'membranes',
  examples: membraneExamples,
  truth: ['cells'],
  batches: new URL('./membraneBatches.js', import.meta.url),
  network: 'cell-unet',
  answer: 'boundary',
  loss: (outputs, { targets }) => membraneEntropy(outputs.boundary, targets.boundary, MEMBRANE),
  scores({ outputs, targets }) {
    const scores = new CellScores({ thresholds: [0.5] });
    const [height, width] = targets.boundary.shape;
    const inside = Uint8Array.from(targets.boundary.data);
    scores.add(ndarray(likely(outputs.boundary).data, [height, width]), ndarray(inside, [height, width]));
    const { vRand, vInfo, pixelError } = scores.figures;
    return { 'V Rand': vRand, 'V Info': vInfo, 'pixel error': pixelError };
  },
  /** A truth is 0 or 1; an answer is a logit, seldom either. */
  picture: (boundary) => (boundary.data.every((value) => value === 0 || value === 1) ? boundary : likely(boundary)),
};

const likely = ({ data, shape }: Pixels): Pixels =>
  ndarray(
    data.map((logit) => 1 / (1 + Math.exp(-logit))),
    [...shape],
  );
