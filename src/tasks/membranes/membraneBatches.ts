import ndarray from 'ndarray';
import { reflected } from '../../core/maths/mirror.js';
import type { Random } from '../../core/random.js';
import { readRaster } from '../../images/readRaster.js';
import { wholeOf } from '../../images/readWindow.js';
import { drawnBatches } from '../../training/datasets/batchOf.js';
import type { Sample } from '../../training/datasets/dataset.js';
import { requireSameSize } from '../../training/datasets/requireSameSize.js';
import type { DrawOptions } from '../../training/learnable.js';
import type { MembraneExamples } from './examples.js';
import { LEARNT, sliceLevels } from './sliceLevels.js';

/** Pixels between the places that are moved by chance; what lies between is interpolated. */
const BENDS = 40;
/** Up to so much larger or smaller, as a logarithm. */
const ZOOM = 0.25;

/** A slice as the network sees it, and its cells. */
interface Slice {
  height: number;
  width: number;
  grey: Float32Array;
  cell: Uint8Array;
}

/** Where a pixel of an example lies in its slice. */
type Place = (y: number, x: number) => readonly [y: number, x: number];

/**
 * Batches of `image`, and the target `boundary`, 1 in cells and 0 on membranes. Half of them are cut from slices as they are, in one of the
 * eight quarter turns and mirrorings, since all interpolation smooths; the others are turned by any angle, of another scale, and
 * bent elastically (Ronneberger et al., U-Net, MICCAI 2015). All in other light, with noise, unless `still`.
 */
export default async function membraneBatches(options: DrawOptions<MembraneExamples>) {
  const slices = await Promise.all(options.files.map(({ image, truth }) => load(image, truth!)));
  return drawnBatches({ length: slices.length, sample: (dice) => example(dice.pick(slices), options, dice) }, options);
}

async function load(image: string, truth: string): Promise<Slice> {
  const [raster, known] = [await readRaster(image), wholeOf(await readRaster(truth))];
  const { mean, deviation } = sliceLevels(raster);
  const { data, shape } = wholeOf(raster);
  const [height, width, channels] = shape;
  requireSameSize({ file: image, height, width }, { file: truth, height: known.shape[0], width: known.shape[1] });
  const gain = deviation > 0 ? LEARNT.deviation / deviation : 0;
  const count = height * width;
  return {
    ...{ height, width },
    grey: Float32Array.from({ length: count }, (_, i) => (data[i * channels] - mean) * gain + LEARNT.mean),
    cell: Uint8Array.from({ length: count }, (_, i) => (known.data[i * known.shape[2]] > 0.5 ? 1 : 0)),
  };
}

function example(
  slice: Slice,
  { height, width, still, examples }: DrawOptions<MembraneExamples>,
  dice: Random,
): Sample {
  const place =
    still || dice.chance(0.5) ? onGrid(slice, height, width, dice) : bent(slice, height, width, examples, dice);
  const [contrast, shift] = still ? [1, 0] : [dice.uniform(0.8, 1.25), dice.uniform(-0.1, 0.1)];
  const noise = !still && dice.chance(0.3) ? dice.uniform(0, 0.05) : 0;
  const image = new Float32Array(height * width);
  const boundary = new Float32Array(height * width);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const [row, column] = place(y, x);
      const grey = interpolated(slice.grey, slice, row, column) + (noise && noise * dice.normal());
      image[i] = (grey - LEARNT.mean) * contrast + LEARNT.mean + shift;
      boundary[i] = interpolated(slice.cell, slice, row, column) > 0.5 ? 1 : 0;
    }
  }
  return {
    inputs: { image: ndarray(image, [height, width, 1]) },
    targets: { boundary: ndarray(boundary, [height, width, 1]) },
    masks: {},
  };
}

/** Quarter turns and mirrorings: each pixel is one of the slice. */
function onGrid(slice: Slice, height: number, width: number, dice: Random): Place {
  const [down, right, turned] = [dice.chance(0.5), dice.chance(0.5), dice.chance(0.5)];
  const [rows, columns] = turned ? [width, height] : [height, width];
  const top = dice.integer(Math.max(0, slice.height - rows) + 1);
  const left = dice.integer(Math.max(0, slice.width - columns) + 1);
  return (y, x) => {
    const [row, column] = turned ? [x, y] : [y, x];
    return [top + (down ? row : rows - 1 - row), left + (right ? column : columns - 1 - column)];
  };
}

/** Turned by any angle, mirrored, of another scale, and bent. */
function bent(slice: Slice, height: number, width: number, { warp }: MembraneExamples, dice: Random): Place {
  const [angle, scale] = [dice.uniform(-Math.PI, Math.PI), Math.exp(dice.uniform(-ZOOM, ZOOM))];
  const mirror = dice.chance(0.5) ? -1 : 1;
  const [cos, sin] = [Math.cos(angle) * scale, Math.sin(angle) * scale];
  const free = (side: number, own: number) => Math.max(0, side - own * scale) / 2;
  const middleY = (slice.height - 1) / 2 + dice.uniform(-1, 1) * free(slice.height, height);
  const middleX = (slice.width - 1) / 2 + dice.uniform(-1, 1) * free(slice.width, width);
  const [moveY, moveX] = [bends(height, width, warp, dice), bends(height, width, warp, dice)];
  return (y, x) => {
    const dy = y - (height - 1) / 2 + moveY(y, x);
    const dx = mirror * (x - (width - 1) / 2 + moveX(y, x));
    return [middleY + cos * dy + sin * dx, middleX + cos * dx - sin * dy];
  };
}

/** Movements at the knots of a coarse grid, smooth between them. */
function bends(height: number, width: number, most: number, dice: Random): (y: number, x: number) => number {
  const deviation = dice.uniform(0, most);
  const [rows, columns] = [height, width].map((side) => Math.ceil(side / BENDS) + 2);
  const knots = Float32Array.from({ length: rows * columns }, () => deviation * dice.normal());
  const grid = { height: rows, width: columns };
  const smooth = (at: number) => Math.floor(at) + (at % 1) ** 2 * (3 - 2 * (at % 1));
  return (y, x) => interpolated(knots, grid, smooth(y / BENDS), smooth(x / BENDS));
}

/** Bilinearly; outside, the border is a mirror. */
function interpolated(
  data: Float32Array | Uint8Array,
  { height, width }: { height: number; width: number },
  y: number,
  x: number,
): number {
  const [row, column] = [reflected(y, height), reflected(x, width)];
  const [top, left] = [Math.floor(row), Math.floor(column)];
  const [v, u] = [row - top, column - left];
  if (v === 0 && u === 0) return data[top * width + left];
  const [below, right] = [Math.min(height - 1, top + 1), Math.min(width - 1, left + 1)];
  return (
    (1 - v) * ((1 - u) * data[top * width + left] + u * data[top * width + right]) +
    v * ((1 - u) * data[below * width + left] + u * data[below * width + right])
  );
}
