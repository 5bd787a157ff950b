/**
 * Variance of the noise as a function of brightness, `offset + gain * brightness`, never below `least`; all in 0..1 units of
 * the picture. A sensor's noise has it: electrons are counted, and read with an error that is the same everywhere.
 */
export interface NoiseCurve {
  offset: number;
  /** 0 where noise is the same everywhere; negative where a camera's tone curve has pressed the lights together. */
  gain: number;
  least: number;
}

/** The variance at a brightness of 0..1. */
export function varianceAt({ offset, gain, least }: NoiseCurve, brightness: number): number {
  return Math.max(least, offset + gain * brightness);
}
