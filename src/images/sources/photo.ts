import type { NdArray } from 'ndarray';
import type { Sharp } from 'sharp';
import type { Samples } from '../raster.js';
import type { ImageDataLike } from './imageDataKind.js';

/** A photo in whatever way a program holds it: a path, a URL, the bytes of a file, a sharp instance, an ndarray or ImageData. */
export type Photo = string | URL | Uint8Array | Sharp | NdArray<Samples> | ImageDataLike;
