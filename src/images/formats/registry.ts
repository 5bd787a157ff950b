import * as registered from './index.js';

/** All formats, in the order of their names. */
export const formats = Object.values(registered);

/** File formats that are read and written; `tiff` of 8 and 16 bits and float. */
export type Format = (typeof formats)[number]['name'];
