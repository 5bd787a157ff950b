import { pictureList } from '../../pictureList.js';

/** The option that names the folder of truths. */
export const TRUTH = { type: 'string', requiresArg: true, demandOption: true } as const;

/** Each photo with the file of its name in the folder of truths. @throws PerpixelError E_DATA for the first without one */
export async function photosWithTruth(pictures: string[], folder: string): Promise<[photo: string, truth: string][]> {
  const { sameNames } = await import('../../../tasks/evaluation/pictures.js');
  const photos = await pictureList(pictures);
  const truths = await sameNames(photos, folder);
  return photos.map((photo, i) => [photo, truths[i]]);
}
