import ndarray from 'ndarray';
import type { Size } from '../../answers/answer.js';
import type { Pixels } from '../../images/raster.js';

/** What is known of the depths of a photo, in metres. */
export type DepthScale =
  /** Of a pixel, as shares of the photo's height and width. */
  { kind: 'point'; y: number; x: number; metres: number } | { kind: 'range'; near: number; far: number };

/** How a network's answer becomes depth. */
export interface DepthReading {
  /** It answers with what is larger where things are nearer, in no unit. */
  isRelative: boolean;
  scale?: DepthScale;
}

/** Of what is relative, nothing is farther than so many times the nearest. */
const FARTHEST = 100;

/** `320,240=2.5` or `0.5..8`. @param size of the photo */
export function scaleOf(text: string, [height, width]: Size): DepthScale {
  if (text.includes('..')) {
    const [a, b] = text.split('..').map(Number);
    return { kind: 'range', near: Math.min(a, b), far: Math.max(a, b) };
  }
  const [x, y, metres] = text.split(/[,=]/).map(Number);
  return { kind: 'point', y: (y + 0.5) / height, x: (x + 0.5) / width, metres };
}

/**
 * A grid of what a network says to the natural logarithm of depth. Without a scale, relative depth is 1 at the nearest point. A range gives
 * its ends to the nearest and the farthest, with inverse depth linear in between, as such networks know it up to a factor and a shift. A
 * known point multiplies.
 *
 * @returns a function for the grids of one photo, the upright one first: a mirrored one then has the factor of that
 */
export function readDepth({ isRelative, scale }: DepthReading): (output: Pixels) => Pixels {
  let factor: number | undefined;
  return (output) => {
    if (!isRelative && scale === undefined) return output;
    const inverse = isRelative ? output.data.slice() : output.data.map((log) => Math.exp(-log));
    const [least, most] = inverse.reduce(
      ([a, b], value) => [Math.min(a, value), Math.max(b, value)],
      [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
    );
    const log = ndarray(inverse, [...output.shape]);
    if (scale?.kind === 'range') {
      const [from, to] = [1 / scale.far, 1 / scale.near];
      const step = most > least ? (to - from) / (most - least) : 0;
      for (let i = 0; i < inverse.length; i++) inverse[i] = -Math.log(from + (inverse[i] - least) * step);
      return log;
    }
    const unit = isRelative ? Math.max(most, Number.MIN_VALUE) : 1;
    for (let i = 0; i < inverse.length; i++)
      inverse[i] = -Math.log(Math.max(inverse[i] / unit, isRelative ? 1 / FARTHEST : 0));
    if (scale === undefined) return log;
    const [rows, columns] = output.shape;
    const at = [Math.floor(scale.y * rows), Math.floor(scale.x * columns)] as const;
    factor ??= Math.log(scale.metres) - log.get(Math.min(at[0], rows - 1), Math.min(at[1], columns - 1), 0);
    for (let i = 0; i < inverse.length; i++) inverse[i] += factor;
    return log;
  };
}
