import type { NoiseCurve } from './noiseCurve.js';
import type { NoiseGrid } from './noiseGrid.js';
import type { SensorNoise } from './sensorNoise.js';

/** The highest level the models are trained for, in 8-bit units. */
export const MAX_SIGMA = 75;

/** The noise of a photo, as it was said or found. Levels are standard deviations in 0..1 units. */
export interface DenoiseFacts {
  /** As the options of these names. */
  strength: number;
  chroma: number;
  grain: number;
  /** The level in the units of the option `sigma`, strength included; 0 leaves the picture as it is. */
  sigma: number;
  /** What the picture itself says, before strength, or what the user says: the level that white noise of the same luma has. */
  noise: number;
  estimated: boolean;
  /** Whether the noise is the same in red, green and blue, and by chance from pixel to pixel, or what cameras and files leave. */
  isWhite: boolean;
  /** How white noise depends on brightness, before strength, where it does. */
  curve?: NoiseCurve;
  /** Where the estimator looked: what it says of luma and chroma. In a video the levels are held, and there is no map. */
  found?: Omit<NoiseGrid, 'levels'> & Partial<Pick<NoiseGrid, 'levels'>>;
  /** Of a raw photo: the variance of a photosite over its light, as its sensor has it. */
  photosites?: SensorNoise;
  /** Of a JPEG so strong that its blocks and ringing are to be taken out: its quality. */
  jpegQuality?: number;
  /** How much of what was found is taken out where it may be nothing but the file's own rounding. @default 1 */
  share?: number;
}

/** What is told beside a denoised photo: levels in 8-bit units. */
export interface DenoiseReport {
  /** What the network was told, strength included. */
  sigma: number;
  /** The level that white noise of the same luma has. */
  noise: number;
  noiseEstimated: boolean;
  /** `white`: alike in all channels and pixels, as in scans and raw pictures; `camera`: correlated, as cameras and files leave it. */
  noiseKind?: 'white' | 'camera';
  /** Deviation of brightness, and of colour. */
  luma?: number;
  chroma?: number;
  /** Deviation of brightness in the darker and the lighter half of the photo. */
  shadows?: number;
  lights?: number;
  /** Of a raw photo: variance of a photosite, `offset + gain * light`, both in parts of what lies between black and white. */
  photosites?: SensorNoise;
  /** Of the JPEG, where its blocks and ringing were taken out. */
  jpegQuality?: number;
}
