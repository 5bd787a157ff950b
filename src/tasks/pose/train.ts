import ndarray from 'ndarray';
import type { Pixels } from '../../images/raster.js';
import { heatmapEntropy } from '../../losses/heatmapEntropy.js';
import { PoseScores } from '../../metrics/pose.js';
import type { Learnable } from '../../training/learnable.js';
import { type PoseExamples, poseExamples } from './examples.js';
import { jointsOf } from './jointsOf.js';

/** Joints of one person as heat maps, a map a joint; one of zeros where the joint is not known. */
export const pose: Learnable<PoseExamples> = {
  name: 'pose',
  examples: poseExamples,
  truth: ['joints'],
  batches: new URL('./poseBatches.js', import.meta.url),
  network: 'pose-net',
  answer: 'heatmaps',
  loss: (outputs, { targets }) => heatmapEntropy(outputs.heatmaps, targets.heatmaps),
  scores({ outputs, targets }) {
    const truth = jointsOf(targets.heatmaps).map((joint) => ({ ...joint, visible: joint.score > 0 }));
    const scores = new PoseScores();
    scores.add(jointsOf(likely(outputs.heatmaps)), truth);
    const { pck2, pck5 } = scores.figures;
    return { 'PCK@.2': pck2, 'PCK@.5': pck5 };
  },
  /** The likeliest joint of each position. */
  picture(heatmaps) {
    const { data, shape } = heatmaps.data.some((value) => value < 0) ? likely(heatmaps) : heatmaps;
    const [rows, columns, count] = shape;
    const peaks = new Float32Array(count);
    for (let i = 0; i < data.length; i++) peaks[i % count] = Math.max(peaks[i % count], data[i]);
    const values = new Float32Array(rows * columns);
    for (let i = 0; i < data.length; i++) {
      const at = Math.floor(i / count);
      values[at] = Math.max(values[at], data[i] / (peaks[i % count] || 1));
    }
    return ndarray(values, [rows, columns, 1]);
  },
};

/** The softmax of each map. */
function likely({ data, shape }: Pixels): Pixels {
  const count = shape[2];
  const largest = new Float32Array(count).fill(Number.NEGATIVE_INFINITY);
  for (let i = 0; i < data.length; i++) largest[i % count] = Math.max(largest[i % count], data[i]);
  const sums = new Float64Array(count);
  const values = data.map((value, i) => Math.exp(value - largest[i % count]));
  for (let i = 0; i < data.length; i++) sums[i % count] += values[i];
  return ndarray(
    values.map((value, i) => value / sums[i % count]),
    [...shape],
  );
}
