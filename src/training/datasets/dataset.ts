import type { Random } from '../../core/random.js';
import type { Pixels } from '../../images/raster.js';

/**
 * One example, by the names of the network's inputs and of the task's outputs. For restoration `{ inputs: { image },
 * targets: { clean } }`, for a scene `{ inputs: { image }, targets: { depth, normals, labels } }`. All pixels `[h, w, c]`.
 */
export interface Sample {
  inputs: Record<string, Pixels>;
  targets: Record<string, Pixels>;
  /** `[h, w, 1]` by the target's name, how much it counts; a target without one counts everywhere. */
  masks: Record<string, Pixels>;
}

/** Examples to learn from. */
export interface Dataset {
  /** How many pictures the examples are cut from. */
  readonly length: number;
  /** A random example; the same random numbers give the same one. */
  sample(random: Random): Sample;
}
