import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { PerpixelError } from '../../core/errors.js';
import type { Pixels, Raster } from '../../images/raster.js';
import { windowOf } from '../../images/windowOf.js';
import { pictureList } from './pictureList.js';

/** All of a picture as float pixels: a copy, which stays as it is when the picture is worked on. */
export function pixelsOf(raster: Pick<Raster, 'pixels'>): Pixels {
  const [height, width] = raster.pixels.shape;
  return windowOf(raster, { y: 0, x: 0, height, width });
}

/** Float pixels as a picture, as .npy would hold it. */
export const inFloat = (pixels: Pixels): Raster => ({ pixels, metadata: { format: 'npy', bitDepth: 32 } });

/** A picture's name without folder and ending: what seeds its degradations, and pairs it with others. */
export const stemOf = (file: string): string => path.parse(file).name;

/**
 * The files in a folder that have the photos' names, whatever their endings.
 *
 * @throws PerpixelError E_DATA where the folder is missing, or for the first photo that has none
 */
export async function sameNames(photos: readonly string[], folder: string): Promise<string[]> {
  const names = (await readdir(folder).catch(() => [])).sort();
  const byStem = new Map(names.map((name) => [stemOf(name), path.join(folder, name)]));
  return photos.map((photo) => {
    const found = byStem.get(stemOf(photo));
    if (found !== undefined) return found;
    throw new PerpixelError({
      code: 'E_DATA',
      subject: photo,
      received: `no file ${path.join(folder, stemOf(photo))}.*`,
      expected: 'one for every photo',
      cure: 'Check the name of the folder, add the file, or leave the photo out.',
    });
  });
}

/** Each photo with the file of its name in the folder of truths. @throws PerpixelError E_DATA for the first without one */
export async function photosWithTruth(pictures: string[], folder: string): Promise<[photo: string, truth: string][]> {
  const photos = await pictureList(pictures);
  const truths = await sameNames(photos, folder);
  return photos.map((photo, i) => [photo, truths[i]]);
}
