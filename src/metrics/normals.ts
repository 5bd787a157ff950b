import type { PlaneNormals } from '../geometry/planeNormals.js';
import type { Pixels } from '../images/raster.js';
import { resizeBilinear } from '../images/resizeBilinear.js';
import { customaryBox } from './customaryBox.js';

/** Angles between predicted and true normals: mean and median in degrees, the rest the percentage of pixels within. */
export interface NormalFigures {
  images: number;
  mean: number;
  median: number;
  within11: number;
  within22: number;
  within30: number;
}

/** Scores of surface normals, pooled over all valid pixels of a set: `add` each picture, then ask for `figures`. */
export class NormalScores {
  /** One array a picture, 4 bytes a pixel: the median needs them all. */
  readonly #angles: Float32Array[] = [];

  /**
   * Adds one picture.
   *
   * @param predicted `[h, w, 3]`, x right, y up, z to the viewer, of any length but zero; enlarged bilinearly.
   * @param truth of the full size; of 640x480 only the customary box is scored.
   */
  add(predicted: Pixels, { normals: truth, valid }: PlaneNormals): void {
    const [height, width] = valid.shape;
    const sameSize = predicted.shape[0] === height && predicted.shape[1] === width;
    const normals = sameSize ? predicted : resizeBilinear(predicted, height, width);
    const box = customaryBox(height, width);
    const angles = new Float32Array(height * width);
    let count = 0;
    for (let y = box.top; y < box.bottom; y++) {
      for (let x = box.left; x < box.right; x++) {
        if (valid.get(y, x) === 0) continue;
        const [a, b, c] = [normals.get(y, x, 0), normals.get(y, x, 1), normals.get(y, x, 2)];
        const dot = a * truth.get(y, x, 0) + b * truth.get(y, x, 1) + c * truth.get(y, x, 2);
        const cosine = dot / Math.max(Math.hypot(a, b, c), 1e-6);
        angles[count++] = (Math.acos(Math.min(1, Math.max(-1, cosine))) * 180) / Math.PI;
      }
    }
    this.#angles.push(angles.slice(0, count));
  }

  /** NaN each while nothing valid was added. */
  get figures(): NormalFigures {
    const all = new Float32Array(this.#angles.reduce((length, angles) => length + angles.length, 0));
    let end = 0;
    for (const angles of this.#angles) {
      all.set(angles, end);
      end += angles.length;
    }
    all.sort();
    const middle = all.length / 2;
    const within = (degrees: number) => (100 * all.filter((angle) => angle < degrees).length) / all.length;
    return {
      images: this.#angles.length,
      mean: all.reduce((sum, angle) => sum + angle, 0) / all.length,
      median: (all[Math.ceil(middle) - 1] + all[Math.floor(middle)]) / 2,
      within11: within(11.25),
      within22: within(22.5),
      within30: within(30),
    };
  }
}
