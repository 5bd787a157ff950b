import * as registered from './index.js';

/** All formats, in the order of their names. */
export const formats = Object.values(registered);

type Registered = (typeof formats)[number];

/** File formats that are read and written; `tiff` of 8 and 16 bits and float. */
export type Format = Extract<Registered, { write: unknown }>['name'];

/** Those and the formats that are read alone. */
export type AnyFormat = Registered['name'];
