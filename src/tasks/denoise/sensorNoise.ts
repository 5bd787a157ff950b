import type { Steps } from '../../core/inTurns.js';
import type { Mosaic } from '../../images/sensor.js';

/** The variance of a photosite over the light it saw, both in parts of what lies between black and white: `offset + gain * light`. */
export interface SensorNoise {
  /** Of reading it, in the dark. */
  offset: number;
  /** One over the electrons of white. */
  gain: number;
}

/** Cells each way to a block: its light is taken to be one. */
const SIDE = 8;
const INNER = (SIDE - 2) ** 2;
/** What the square of a second difference both ways has of the variance. */
const DIFFERENCE = 36;
/** Blocks of one light for the first guess, and which of them is taken for one without texture. */
const GROUPS = 24;
const CALMEST = 0.05;
/** Of white noise: that quantile of the blocks' variances, as a part of their mean. */
const CALMEST_PART = 0.454;
/** Blocks count that vary less than so many times what is expected; of white noise their mean is this part of all. */
const MOST = 1.3;
const MOST_PART = 0.831;
/** The means of a block's quarters differ by chance: chi-square of three degrees, of which four fifths are less. */
const FLAT = 4.64;
const ROUNDS = 25;
/** Fewer blocks tell nothing: the least a photo of 100 x 100 photosites has. */
const LEAST_BLOCKS = 100;

/** One colour of a block. */
interface Block {
  light: number;
  variance: number;
  /** Of the means of its quarters, the sum of squares about their mean. */
  slope: number;
}

/**
 * The noise that a sensor made, from one photo: photosites of a colour, which nothing has mixed yet, so that it is white. In blocks of
 * equal light, second differences give the variance, and texture only adds to it. So the line of variance over light is the one about which
 * the calmest blocks scatter as white noise does. Blocks that touch black or white are left out.
 *
 * The constants for white noise are of a simulation. @returns undefined where there are too few blocks
 */
export function* sensorNoise(mosaic: Mosaic): Steps<SensorNoise | undefined> {
  const blocks = yield* blocksOf(mosaic);
  if (blocks.length < LEAST_BLOCKS) return undefined;
  blocks.sort((a, b) => a.light - b.light);
  let line = fitted(
    Array.from({ length: GROUPS }, (_, group) => {
      const part = blocks.slice((group * blocks.length) / GROUPS, ((group + 1) * blocks.length) / GROUPS);
      const light = part.reduce((sum, block) => sum + block.light, 0) / part.length;
      const calmest = part.map((block) => block.variance).sort((a, b) => a - b)[Math.floor(part.length * CALMEST)];
      return { light, variance: calmest / CALMEST_PART, expected: calmest };
    }),
  );
  for (let round = 0; round < ROUNDS; round++) {
    yield;
    const chosen = blocks.flatMap(({ light, variance, slope }) => {
      const expected = varianceAt(line, light);
      const isFlat = slope < (FLAT * expected) / (SIDE / 2) ** 2;
      return isFlat && variance < MOST * expected ? [{ light, variance: variance / MOST_PART, expected }] : [];
    });
    if (chosen.length < LEAST_BLOCKS) break;
    line = fitted(chosen);
  }
  return { offset: Math.max(0, line.offset), gain: Math.max(0, line.gain) };
}

function* blocksOf({ cells, black }: Mosaic): Steps<Block[]> {
  const [rows, columns] = cells.shape;
  const range = 65_535 * (1 - black);
  const blocks: Block[] = [];
  for (let y = 0; y + SIDE <= rows; y += SIDE) {
    for (let x = 0; x + SIDE <= columns; x += SIDE) {
      for (let colour = 0; colour < 4; colour++) {
        const block = blockAt(cells, y, x, colour);
        if (block === undefined) continue;
        const { light, variance, slope } = block;
        blocks.push({
          light: (light - 65_535 * black) / range,
          variance: variance / range ** 2,
          slope: slope / range ** 2,
        });
      }
    }
    if (y % (8 * SIDE) === 0) yield;
  }
  return blocks;
}

function blockAt(
  { data, shape: [, columns] }: Mosaic['cells'],
  y: number,
  x: number,
  colour: number,
): Block | undefined {
  const row = 4 * columns;
  const start = y * row + 4 * x + colour;
  const quarters = [0, 0, 0, 0];
  for (let v = 0; v < SIDE; v++) {
    for (let u = 0; u < SIDE; u++) {
      const value = data[start + v * row + 4 * u];
      if (value === 0 || value === 65_535) return undefined;
      quarters[(v < SIDE / 2 ? 0 : 2) + (u < SIDE / 2 ? 0 : 1)] += value / (SIDE / 2) ** 2;
    }
  }
  let energy = 0;
  for (let v = 1; v < SIDE - 1; v++) {
    for (let u = 1; u < SIDE - 1; u++) {
      const at = start + v * row + 4 * u;
      const across = (i: number) => data[i - 4] - 2 * data[i] + data[i + 4];
      energy += (across(at - row) - 2 * across(at) + across(at + row)) ** 2;
    }
  }
  const light = (quarters[0] + quarters[1] + quarters[2] + quarters[3]) / 4;
  const slope = quarters.reduce((sum, quarter) => sum + (quarter - light) ** 2, 0);
  return { light, variance: energy / (DIFFERENCE * INNER), slope };
}

const varianceAt = ({ offset, gain }: SensorNoise, light: number): number =>
  Math.max(offset + gain * light, 0.2 * Math.max(0, offset), 1e-9);

/** The line through points whose errors are in proportion to what is expected of them. */
function fitted(points: readonly { light: number; variance: number; expected: number }[]): SensorNoise {
  let [total, sumX, sumY, sumXX, sumXY] = [0, 0, 0, 0, 0];
  for (const { light, variance, expected } of points) {
    const weight = 1 / Math.max(expected, 1e-9) ** 2;
    total += weight;
    sumX += weight * light;
    sumY += weight * variance;
    sumXX += weight * light * light;
    sumXY += weight * light * variance;
  }
  const spread = sumXX - sumX ** 2 / total;
  const gain = spread > 0 ? (sumXY - (sumX * sumY) / total) / spread : 0;
  return { offset: (sumY - gain * sumX) / total, gain };
}
