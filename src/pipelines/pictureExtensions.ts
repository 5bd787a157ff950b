import type { Format } from '../images/raster.js';

/** The file name extensions of the formats that are read; the first that names a format is how we write it. */
export const pictureExtensions: Readonly<Record<string, Format>> = {
  jpg: 'jpeg',
  jpeg: 'jpeg',
  jfif: 'jpeg',
  png: 'png',
  webp: 'webp',
  avif: 'avif',
  tif: 'tiff',
  tiff: 'tiff',
  npy: 'npy',
  pfm: 'pfm',
};
