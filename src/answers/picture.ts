import type { Raster } from '../images/raster.js';
import type { Answer } from './answer.js';

/** The photo itself, restored: written as it came in everything but its pixels. */
export const picture: Answer<Raster> = {
  name: 'picture',
  isPhoto: true,
  formats: ['jpeg', 'png', 'webp', 'avif', 'tiff', 'npy', 'pfm'],
  encode: (raster) => raster,
};
