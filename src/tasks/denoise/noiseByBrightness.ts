import { type FlatNoise, flatNoise } from './flatNoise.js';
import { meanOf } from './meanOf.js';
import { type NoiseCurve, varianceAt } from './noiseCurve.js';
import { SAMPLES } from './patchSize.js';

/** Below this no one sees the noise, let alone its curve. */
const LEAST_VARIANCE = (0.5 / 255) ** 2;
/** Flat patches are sorted by brightness into this many groups of one size. */
const GROUPS = 12;
/** Fewer flat patches than this in a group do not tell a curve from chance. */
const MIN_GROUP = 100;
/** A line is believed where its slope is this many times its standard error... */
const MIN_SIGNIFICANCE = 5;
/** ...and the variance differs this much between the darkest and the brightest group. */
const MIN_RATIO = 1.5;
/** Of the sensor that is tried first: its noise in black against that in white. */
const SENSOR_FLOOR = 0.05;
/** Which patches are flat depends on the curve, and the curve on them. */
const ROUNDS = 3;

/**
 * The noise of patches as a function of their brightness, where that explains them better than one level does.
 *
 * What a flat patch has along the directions of least variance is noise alone, so its square is one sample of the variance
 * at the patch's brightness; a line is fitted to them. Then each patch's contrast is divided by what the line says, as
 * variance stabilisation does, and flat patches are looked for again.
 *
 * The line is looked for from two starts. From one level for all, a very uneven noise leaves only dark patches that look flat,
 * and those show no line; the second start, a sensor's line, finds it then. It fails where there is no such line, which is
 * what the first start is for.
 *
 * @param variance of the noise, taken for one level
 * @returns undefined where one level will do
 */
export function noiseByBrightness(patches: readonly Float32Array[], variance: number): NoiseCurve | undefined {
  if (variance < LEAST_VARIANCE) return undefined;
  const uniform: NoiseCurve = { offset: variance, gain: 0, least: 0 };
  const sensor: NoiseCurve = { offset: 0, gain: variance, least: SENSOR_FLOOR * variance };
  const brightness = patches.map(meanOf);
  return curveFrom(uniform, patches, brightness) ?? curveFrom(sensor, patches, brightness);
}

/** The curve that is come to from a first one. */
function curveFrom(
  start: NoiseCurve,
  patches: readonly Float32Array[],
  brightness: readonly number[],
): NoiseCurve | undefined {
  let curve: NoiseCurve | undefined = start;
  for (let round = 0; round < ROUNDS && curve; round++) {
    const scales: number[] = [];
    for (const value of brightness) scales.push(varianceAt(curve, value));
    const noise = flatNoise(patches.map((patch, i) => stabilised(patch, brightness[i], scales[i])));
    curve = fittedLine(patches, noise, brightness, scales);
  }
  return curve;
}

/** The patch with its contrast divided by the deviation, its brightness as it was. */
function stabilised(patch: Float32Array, brightness: number, scale: number): Float32Array {
  const factor = 1 / Math.sqrt(scale);
  return patch.map((value) => brightness + (value - brightness) * factor);
}

/**
 * Weighted least squares through the mean variances of groups of one brightness.
 *
 * @returns undefined where one level explains the groups as well
 */
function fittedLine(
  patches: readonly Float32Array[],
  { flat, directions, variance }: FlatNoise,
  brightness: readonly number[],
  scales: readonly number[],
): NoiseCurve | undefined {
  if (flat.length < GROUPS * MIN_GROUP) return undefined;
  const samples = flat.map((i) => ({ x: brightness[i], y: energyAlong(directions, patches[i], brightness[i]), i }));
  // What was chosen for its small variance is a little too small: brought to the level that was found.
  const found = samples.reduce((sum, { y, i }) => sum + y / scales[i], 0) / samples.length;
  samples.sort((a, b) => a.x - b.x);
  const groups = Array.from({ length: GROUPS }, (_, group) => {
    const part = samples.slice((group * samples.length) / GROUPS, ((group + 1) * samples.length) / GROUPS);
    const mean = (of: (sample: (typeof part)[number]) => number) =>
      part.reduce((sum, s) => sum + of(s), 0) / part.length;
    return { x: mean(({ x }) => x), y: (mean(({ y }) => y) * variance) / found };
  });
  const { offset, gain, error } = lineThrough(groups);
  // Where a picture is cut off at black there is no noise at all, which would make nothing of the rest.
  const least = Math.max(Math.min(...groups.map(({ y }) => y)) / 2, LEAST_VARIANCE / 10);
  const curve = { offset, gain, least };
  const ends = [varianceAt(curve, groups[0].x), varianceAt(curve, groups[GROUPS - 1].x)];
  const isCurve = Math.abs(gain) > MIN_SIGNIFICANCE * error && Math.max(...ends) > MIN_RATIO * Math.min(...ends);
  return isCurve ? curve : undefined;
}

/** Mean square of what a patch, its brightness taken off, has along the directions. */
function energyAlong(directions: readonly Float64Array[], patch: Float32Array, brightness: number): number {
  let energy = 0;
  for (const direction of directions) {
    let along = 0;
    for (let i = 0; i < SAMPLES; i++) along += direction[i] * (patch[i] - brightness);
    energy += along * along;
  }
  return energy / directions.length;
}

/** The line through points whose errors are proportional to their height, and the standard error of its slope. */
function lineThrough(points: readonly { x: number; y: number }[]): { offset: number; gain: number; error: number } {
  const weights = points.map(({ y }) => 1 / Math.max(y, Number.MIN_VALUE) ** 2);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const mean = (of: (point: { x: number; y: number }) => number) =>
    points.reduce((sum, point, i) => sum + weights[i] * of(point), 0) / total;
  const [meanX, meanY] = [mean(({ x }) => x), mean(({ y }) => y)];
  const spread = mean(({ x }) => (x - meanX) ** 2);
  const gain = mean(({ x, y }) => (x - meanX) * (y - meanY)) / spread;
  const offset = meanY - gain * meanX;
  const residual = mean(({ x, y }) => (y - offset - gain * x) ** 2);
  return { offset, gain, error: Math.sqrt(residual / spread / (points.length - 2)) };
}
