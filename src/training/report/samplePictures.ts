import type { Pixels } from '../../images/raster.js';

/** One example as pictures of 0..1, of 1 or 3 channels each. */
export interface SamplePictures {
  input: Pixels;
  answer: Pixels;
  truth: Pixels;
}
