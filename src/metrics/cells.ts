import type { NdArray } from 'ndarray';
import { PerpixelError } from '../core/errors.js';
import { components } from '../regions/components.js';
import type { Labels } from '../regions/labels.js';
import { thin } from '../regions/thin.js';
import { type WarpingErrors, warpingErrors } from './warping.js';

/** How far a labelling agrees with the true cells; 1 is as one. */
export interface PartitionScores {
  /** Harmonic mean of Rand precision and recall: falls with each split and each merger, by the pixels that they concern. */
  vRand: number;
  /** Harmonic mean of the information of each labelling that the other has. */
  vInfo: number;
  /** Share of pairs of pixels that one joins and the other does not, 0..1: the error of the challenge of 2012. */
  randError: number;
}

/**
 * Compares a labelling with the true cells, as the ISBI challenge on membranes does. Pixels that are membrane in the truth do not count.
 * Each pixel that the labelling calls membrane inside a true cell is a segment of its own. Arganda-Carreras et al.: Crowdsourcing the
 * creation of image segmentation algorithms for connectomics. Frontiers in Neuroanatomy 2015.
 *
 * @param truth 0 on membranes
 * @param said 0 on borders
 */
export function partitionScores(truth: Labels, said: Labels): PartitionScores {
  requireSameSize(said.shape, truth.shape);
  const cells = new Map<number, number>();
  const pieces = new Map<number, number>();
  const both = new Map<number, number>();
  const count = (table: Map<number, number>, key: number) => table.set(key, (table.get(key) ?? 0) + 1);
  let [pixels, alone] = [0, 0];
  for (let i = 0; i < truth.data.length; i++) {
    const [cell, piece] = [truth.data[i], said.data[i]];
    if (cell === 0) continue;
    pixels++;
    count(cells, cell);
    if (piece === 0) alone++;
    else {
      count(pieces, piece);
      count(both, cell * 2 ** 26 + piece);
    }
  }
  /** Sums of p squared and of -p ln p over the shares of a table; pixels alone have a share of 1 / n each. */
  const sums = (table: Map<number, number>, single: number) => {
    let squares = single / pixels ** 2;
    let entropy = single === 0 ? 0 : (single / pixels) * Math.log(pixels);
    for (const n of table.values()) {
      squares += (n / pixels) ** 2;
      entropy -= (n / pixels) * Math.log(n / pixels);
    }
    return { squares, entropy };
  };
  const [a, b, ab] = [sums(cells, 0), sums(pieces, alone), sums(both, alone)];
  const information = a.entropy + b.entropy - ab.entropy;
  return {
    vRand: (2 * ab.squares) / (a.squares + b.squares),
    // One cell, called one cell: neither has any information, and they agree.
    vInfo: a.entropy + b.entropy === 0 ? 1 : (2 * information) / (a.entropy + b.entropy),
    randError: a.squares + b.squares - 2 * ab.squares,
  };
}

/** Each the best over the thresholds. */
export interface CellFigures extends WarpingErrors {
  images: number;
  /** Means over slices, borders thinned to lines of one pixel: the challenge's final figures. */
  vRand: number;
  vInfo: number;
  /** 1 - vRand without thinning. */
  adaptedRandError: number;
  randError: number;
  /** 1 - F1 of the cells' pixels, of all slices together. */
  pixelError: number;
  /** The same of the membranes' pixels, which are fewer: each wrong one weighs more. */
  membraneError: number;
  /** Share of pixels that are called wrongly. */
  wrongPixels: number;
  /** At which vRand is best. */
  threshold: number;
}

/** What is summed over slices at one threshold. */
interface Sums {
  threshold: number;
  thinned: PartitionScores;
  plain: PartitionScores;
  warping: WarpingErrors;
  /** Pixels: cell called cell, membrane called cell, cell called membrane, membrane called membrane. */
  hits: number;
  falseCells: number;
  falseMembranes: number;
  membranes: number;
}

const THRESHOLDS = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];

/** Scores of probabilities of cell over a set of slices: `add` each slice, then ask for `figures`. */
export class CellScores {
  readonly #sums: Sums[];
  #images = 0;

  /** @param thresholds above which a pixel is called cell, 0..1 */
  constructor({ thresholds = THRESHOLDS }: { thresholds?: readonly number[] } = {}) {
    const none = { vRand: 0, vInfo: 0, randError: 0 };
    this.#sums = thresholds.map((threshold) => ({
      threshold,
      thinned: { ...none },
      plain: { ...none },
      warping: { warpingError: 0, topologyError: 0 },
      hits: 0,
      falseCells: 0,
      falseMembranes: 0,
      membranes: 0,
    }));
  }

  /**
   * @param probability of cell, `[height, width]`, 0..1, row by row
   * @param truth `[height, width]`, not 0 in cells, row by row
   * @throws PerpixelError E_SIZE where the two differ in size
   */
  add(probability: NdArray<Float32Array>, truth: NdArray<Uint8Array>): void {
    requireSameSize(probability.shape, truth.shape);
    const [height, width] = truth.shape;
    const cells = components(truth.data, height, width);
    this.#images++;
    for (const sums of this.#sums) {
      const inside = new Uint8Array(truth.data.length);
      for (let i = 0; i < inside.length; i++) {
        inside[i] = probability.data[i] > sums.threshold ? 1 : 0;
        if (inside[i]) truth.data[i] ? sums.hits++ : sums.falseCells++;
        else truth.data[i] ? sums.falseMembranes++ : sums.membranes++;
      }
      addTo(sums.thinned, partitionScores(cells, thin(inside, height, width)));
      addTo(sums.plain, partitionScores(cells, components(inside, height, width)));
      addTo(sums.warping, warpingErrors(probability, truth, sums.threshold));
    }
  }

  /** NaN each while nothing was added. */
  get figures(): CellFigures {
    const images = this.#images;
    const f1 = (hits: number, wrong: number) => (2 * hits) / (2 * hits + wrong);
    const best = (better: (...values: number[]) => number, of: (sums: Sums) => number) => better(...this.#sums.map(of));
    const wrong = ({ falseCells, falseMembranes }: Sums) => falseCells + falseMembranes;
    const vRand = best(Math.max, ({ thinned }) => thinned.vRand);
    return {
      images,
      vRand: vRand / images,
      vInfo: best(Math.max, ({ thinned }) => thinned.vInfo) / images,
      adaptedRandError: 1 - best(Math.max, ({ plain }) => plain.vRand) / images,
      randError: best(Math.min, ({ plain }) => plain.randError) / images,
      warpingError: best(Math.min, ({ warping }) => warping.warpingError) / images,
      topologyError: best(Math.min, ({ warping }) => warping.topologyError) / images,
      pixelError: 1 - best(Math.max, (sums) => f1(sums.hits, wrong(sums))),
      membraneError: 1 - best(Math.max, (sums) => f1(sums.membranes, wrong(sums))),
      wrongPixels: best(Math.min, (sums) => wrong(sums) / (wrong(sums) + sums.hits + sums.membranes)),
      threshold: this.#sums.find(({ thinned }) => thinned.vRand === vRand)?.threshold ?? Number.NaN,
    };
  }
}

function addTo<T extends object>(sums: T, more: T): void {
  for (const name of Object.keys(sums) as (keyof T)[]) (sums[name] as number) += more[name] as number;
}

function requireSameSize([height, width]: readonly number[], [rows, columns]: readonly number[]): void {
  if (height === rows && width === columns) return;
  throw new PerpixelError({
    code: 'E_SIZE',
    received: `cells of ${width} x ${height} pixels`,
    expected: `${columns} x ${rows}, as the truth`,
    cure: 'Compare maps of the same size.',
  });
}
