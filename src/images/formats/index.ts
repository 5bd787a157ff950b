/** The image formats that are read and written, one line each. The rest of `src/` asks `registry.ts` and `lookup.ts`. */

export { exr } from './exr/exr.js';
export { avif } from './heif/avif.js';
export { heic } from './heif/heic.js';
export { jpeg } from './jpeg/jpeg.js';
export { jxl } from './jxl/jxl.js';
export { npy } from './npy.js';
export { pfm } from './pfm.js';
export { png } from './png/png.js';
export { dng } from './raw/dng.js';
export { raw } from './raw/raw.js';
export { tiff } from './tiff/tiff.js';
export { webp } from './webp/webp.js';
