import path from 'node:path';
import type { Format } from '../images/raster.js';
import { pictureExtensions } from './pictureExtensions.js';

/** The format that a file's name asks for; undefined where it names none. */
export function formatOfName(file: string): Format | undefined {
  const extension = path.extname(file).slice(1).toLowerCase();
  return Object.hasOwn(pictureExtensions, extension) ? pictureExtensions[extension] : undefined;
}
