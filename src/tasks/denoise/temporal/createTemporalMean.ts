import { agreement } from './agreement.js';
import { fetch } from './fetch.js';
import { doubled, type Flow, opticalFlow } from './opticalFlow.js';
import type { Plane } from './plane.js';

/** A frame as it is averaged. */
export interface SeenFrame {
  noisy: Plane;
  /** A cleaner version at half the size, by which motion and what is hidden are found. */
  guide: Plane;
  /** Of the guide. */
  brightness: Plane;
}

/** A frame in which noise was averaged away over time. */
export interface TemporalMean {
  /** `[h, w, c]`, interleaved. */
  values: Float32Array;
  /** The share of the noise's standard deviation that is left at each pixel `[h, w]`. */
  left: Float32Array;
}

/** Frames that a pixel which moves is the mean of at most: each fetch from between pixels blurs a little. */
const MOST_MOVING = 6;
/** Times the frames of the mean, after which what was before counts less than a twentieth. */
export const WARM_UP = 3;

/** What the frames before have left: their mean at each pixel, for how many frames it stands, and what of the variance of the noise. */
interface Past {
  mean: Plane;
  guide: Plane;
  brightness: Plane;
  /** One channel each of the size of the mean: frames and variance. */
  count: Float32Array;
  variance: Float32Array;
}

/**
 * Averages the frames of a video over time. Each pixel keeps a running mean of its samples, which goes with it where optical flow says that
 * it went, and takes those of the next frames too. What is fetched counts as far as the guides agree: what comes into sight, what
 * a cut brings and what was taken to the wrong place begins anew.
 *
 * The frames are to be given in their order; `later` are those after `frame`, at most as many as are to count.
 *
 * @param most frames that a pixel is the mean of, those before it
 * @returns the frame's mean, given its noise as a standard deviation in 0..1 units
 */
export function createTemporalMean(
  most: number,
): (frame: SeenFrame, later: readonly SeenFrame[], noise: number) => TemporalMean {
  let past: Past | undefined;
  return (frame, later, noise) => {
    past = withFrame(past, frame, noise, most);
    return withLater(past, frame, later, noise);
  };
}

function withFrame(past: Past | undefined, { noisy, guide, brightness }: SeenFrame, noise: number, most: number): Past {
  const { width, height, channels } = noisy;
  const count = new Float32Array(width * height).fill(1);
  const variance = new Float32Array(width * height).fill(1);
  if (past === undefined || past.mean.width !== width || past.mean.height !== height) {
    return { mean: noisy, guide, brightness, count, variance };
  }
  const half = opticalFlow(brightness, past.brightness, { noise: noise / 10 });
  const flow = doubled(half, width, height);
  const values = new Float32Array(noisy.data.length);
  const { left, whole } = fetch(past.mean, flow, values);
  const guideValues = new Float32Array(guide.data.length);
  fetch(past.guide, half, guideValues);
  const agrees = agreement(guide, guideValues, noise);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const from = placeOf(flow, x, y, i);
      const cap = whole[i] === 1 ? most : Math.min(most, MOST_MOVING);
      const before =
        left[i] === 0 ? 0 : agrees[(y >> 1) * guide.width + (x >> 1)] * Math.min(cap - 1, past.count[from]);
      const own = 1 / (before + 1);
      for (let c = i * channels; c < (i + 1) * channels; c++) values[c] += own * (noisy.data[c] - values[c]);
      count[i] = before + 1;
      variance[i] = (1 - own) ** 2 * past.variance[from] + own * own;
    }
  }
  // The guides' mean follows the same way, so that what the mean holds is what is compared.
  for (let y = 0, i = 0; y < guide.height; y++) {
    for (let x = 0; x < guide.width; x++, i++) {
      const own = 1 / count[Math.min(height - 1, 2 * y) * width + Math.min(width - 1, 2 * x)];
      for (let c = i * channels; c < (i + 1) * channels; c++) guideValues[c] += own * (guide.data[c] - guideValues[c]);
    }
  }
  return { mean: { ...noisy, data: values }, guide: { ...guide, data: guideValues }, brightness, count, variance };
}

/** The nearest pixel to where one went. */
function placeOf({ right, down, width, height }: Flow, x: number, y: number, i: number): number {
  const column = Math.min(width - 1, Math.max(0, Math.round(x + right[i])));
  const row = Math.min(height - 1, Math.max(0, Math.round(y + down[i])));
  return row * width + column;
}

function withLater(
  { mean, count, variance }: Past,
  frame: SeenFrame,
  later: readonly SeenFrame[],
  noise: number,
): TemporalMean {
  const { width, height, channels } = mean;
  const values = new Float32Array(mean.data.length);
  const total = Float32Array.from(count);
  const squares = count.map((frames, i) => frames * frames * variance[i]);
  for (let i = 0; i < total.length; i++)
    for (let c = i * channels; c < (i + 1) * channels; c++) values[c] = total[i] * mean.data[c];
  const fetched = new Float32Array(values.length);
  const guideValues = new Float32Array(frame.guide.data.length);
  for (const { noisy, guide, brightness } of later) {
    const half = opticalFlow(frame.brightness, brightness, { noise: noise / 10 });
    const { left } = fetch(noisy, doubled(half, width, height), fetched);
    fetch(guide, half, guideValues);
    const agrees = agreement(frame.guide, guideValues, noise);
    for (let y = 0, i = 0; y < height; y++) {
      for (let x = 0; x < width; x++, i++) {
        if (left[i] === 0) continue;
        const weight = agrees[(y >> 1) * guide.width + (x >> 1)];
        total[i] += weight;
        squares[i] += weight * weight * left[i];
        for (let c = i * channels; c < (i + 1) * channels; c++) values[c] += weight * fetched[c];
      }
    }
  }
  for (let i = 0; i < total.length; i++) {
    for (let c = i * channels; c < (i + 1) * channels; c++) values[c] /= total[i];
    squares[i] = Math.sqrt(squares[i]) / total[i];
  }
  return { values, left: squares };
}
