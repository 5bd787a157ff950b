import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { sameNames } from '../../core/files/sameNames.js';
import type { Pixels, Raster } from '../../images/raster.js';
import { pictureList } from './pictureList.js';

/** Float pixels as a picture, as .npy would hold it. */
export const inFloat = (pixels: Pixels): Raster => ({ pixels, metadata: { format: 'npy', bitDepth: 32 } });

/** The files in a folder that have the photos' names. @throws PerpixelError E_DATA for the first photo that has none */
export async function namesakes(photos: readonly string[], folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return sameNames(
    photos,
    names.sort().map((name) => path.join(folder, name)),
    `in ${folder}`,
  );
}

/** Each photo with the file of its name in the folder of truths. @throws PerpixelError E_DATA for the first without one */
export async function photosWithTruth(pictures: string[], folder: string): Promise<[photo: string, truth: string][]> {
  const photos = await pictureList(pictures);
  const truths = await namesakes(photos, folder);
  return photos.map((photo, i) => [photo, truths[i]]);
}
