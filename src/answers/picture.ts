import { formatNames } from '../images/formats/lookup.js';
import type { Raster } from '../images/raster.js';
import type { Answer } from './answer.js';

/** The photo itself, restored: written as it came in everything but its pixels. */
export const picture: Answer<Raster> = {
  name: 'picture',
  isPhoto: true,
  formats: formatNames,
  encode: (raster) => raster,
};
