import { meanOf } from './meanOf.js';
import { SAMPLES, SIDE } from './patchSize.js';

/** Shares of the patches, the flattest first, whose deviations are compared. */
const [FLATTEST, FLAT] = [0.01, 0.03];
/** Of nothing but white noise they differ by a factor of 1.06; by more where the noise was smoothed, and where it is texture. */
const MOST = 1.13;
/** Nearer than this to black or white, noise is cut off on one side. */
const MARGIN = 0.06;

/**
 * Whether the flattest patches of a picture are all flat alike: there is a floor of noise then that none is below, where
 * texture always has places with still less of it.
 *
 * @param patches of one channel
 * @param white their value in white
 */
export function isNoiseFloor(patches: readonly Float32Array[], white: number): boolean {
  const grey = patches.filter((patch) => Math.abs(meanOf(patch) / white - 0.5) < 0.5 - MARGIN);
  const variances = Float64Array.from(grey, varianceAboutPlane).sort();
  const at = (share: number) => variances[Math.floor(share * variances.length)];
  return at(FLAT) < MOST ** 2 * at(FLATTEST);
}

const MIDDLE = (SIDE - 1) / 2;
/** Sum over a patch of the squared distance to its middle along one axis. */
const SPREAD = (SAMPLES * (SIDE ** 2 - 1)) / 12;

/** A slope of brightness, as skies have, is not counted. */
function varianceAboutPlane(patch: Float32Array): number {
  let [sum, squares, slopeX, slopeY] = [0, 0, 0, 0];
  for (let i = 0; i < SAMPLES; i++) {
    const value = patch[i];
    sum += value;
    squares += value ** 2;
    slopeX += value * ((i % SIDE) - MIDDLE);
    slopeY += value * (Math.floor(i / SIDE) - MIDDLE);
  }
  return Math.max(0, squares - sum ** 2 / SAMPLES - (slopeX ** 2 + slopeY ** 2) / SPREAD) / (SAMPLES - 3);
}
