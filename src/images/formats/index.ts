import { avif } from './avif/avif.js';
import { jpeg } from './jpeg/jpeg.js';
import { npy } from './npy.js';
import { pfm } from './pfm.js';
import { png } from './png/png.js';
import { tiff } from './tiff/tiff.js';
import { webp } from './webp/webp.js';

/** The image formats that are read and written, each in a file of its own. */
export const formats = [jpeg, png, webp, avif, tiff, npy, pfm] as const;

/** File formats that are read and written; `tiff` of 8 and 16 bits and float. */
export type Format = (typeof formats)[number]['name'];
