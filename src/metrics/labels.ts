import type { NdArray } from 'ndarray';
import { PerpixelError } from '../core/errors.js';
import { customaryBox } from './customaryBox.js';

/** Percentages. Classes that the truth never shows count in neither mean. */
export interface LabelFigures {
  /** Share of the pixels that got their class. */
  pixel: number;
  /** Mean over classes of the share of the class's pixels that got it. */
  class: number;
  /** Jaccard index (hits over union) of the classes, weighted by how often the truth shows them. */
  frequencyJaccard: number;
  /** Mean Jaccard index over classes. */
  meanJaccard: number;
}

/** What the numbers in label maps mean. */
export interface LabelScoresOptions {
  /** Number of classes; indices run from 0 to `classes`, both included, so that sets that count from 0 or 1 fit. */
  classes: number;
  /** The index in the truth that means "not labelled": such pixels are left out. @default 0 */
  voidIndex?: number;
}

/** Scores of label maps, pooled over all pixels of a set in one confusion table: `add` each picture, then ask for `figures`. */
export class LabelScores {
  /** `[truth * (classes + 1) + predicted]` in pixels. */
  readonly confusion: Float64Array;
  readonly #side: number;
  readonly #voidIndex: number;

  constructor({ classes, voidIndex = 0 }: LabelScoresOptions) {
    this.#side = classes + 1;
    this.#voidIndex = voidIndex;
    this.confusion = new Float64Array(this.#side ** 2);
  }

  /**
   * Both `[h, w]` of class indices; a predicted index above `classes` counts as the last class. Of 640x480 only the
   * customary box is scored.
   *
   * @throws E_SIZE where the two differ in size, E_DATA where the truth has an index above `classes`.
   */
  add(predicted: NdArray<Uint8Array>, truth: NdArray<Uint8Array>): void {
    const [height, width] = truth.shape;
    if (predicted.shape[0] !== height || predicted.shape[1] !== width) {
      throw new PerpixelError({
        code: 'E_SIZE',
        received: `labels of ${predicted.shape[1]} x ${predicted.shape[0]} pixels`,
        expected: `${width} x ${height}, as the truth`,
        cure: 'Compare label maps of the same size.',
      });
    }
    const box = customaryBox(height, width);
    const last = this.#side - 1;
    for (let y = box.top; y < box.bottom; y++) {
      for (let x = box.left; x < box.right; x++) {
        const t = truth.get(y, x);
        if (t === this.#voidIndex) continue;
        if (t > last) {
          throw new PerpixelError({
            code: 'E_DATA',
            received: `class ${t} in the truth at row ${y}, column ${x}`,
            expected: `at most ${last}`,
            cure: 'Give the number of classes that the truth uses.',
          });
        }
        this.confusion[t * this.#side + Math.min(predicted.get(y, x), last)]++;
      }
    }
  }

  /** NaN each while nothing was added. */
  get figures(): LabelFigures {
    const side = this.#side;
    let [pixels, hits, present, classSum, jaccardSum, weightedSum] = [0, 0, 0, 0, 0, 0];
    for (let k = 0; k < side; k++) {
      const hit = this.confusion[k * side + k];
      let [truth, predicted] = [0, 0];
      for (let other = 0; other < side; other++) {
        truth += this.confusion[k * side + other];
        predicted += this.confusion[other * side + k];
      }
      if (truth === 0) continue;
      const jaccard = hit / (truth + predicted - hit);
      pixels += truth;
      hits += hit;
      present++;
      classSum += hit / truth;
      jaccardSum += jaccard;
      weightedSum += jaccard * truth;
    }
    return {
      pixel: (100 * hits) / pixels,
      class: (100 * classSum) / present,
      frequencyJaccard: (100 * weightedSum) / pixels,
      meanJaccard: (100 * jaccardSum) / present,
    };
  }
}
