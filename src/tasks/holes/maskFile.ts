import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { PerpixelError } from '../../errors.js';

/**
 * The file of a photo's mask: `mask` itself, or where that is a folder, what has the photo's path in it, whatever the ending.
 * Of several, the one with the photo's own ending comes first, then PNG.
 *
 * @param photo its path below the folder that holds all inputs; undefined for a pipe or a picture in memory
 * @throws PerpixelError E_READ where the folder has no such file
 */
export async function maskFile(mask: string, photo: string | undefined): Promise<string> {
  const isFolder = await stat(mask).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isFolder) return mask;
  if (photo === undefined) {
    throw new PerpixelError({
      code: 'E_READ',
      subject: mask,
      received: 'a folder of masks for a photo without a name',
      expected: 'one mask',
      cure: 'Name the file of the mask.',
    });
  }
  const { dir, name, ext } = path.parse(photo);
  const folder = path.join(mask, dir);
  const names = (await readdir(folder).catch(() => [])).filter((other) => path.parse(other).name === name).sort();
  const found = [`${name}${ext}`, `${name}.png`, ...names].find((wanted) => names.includes(wanted));
  if (found !== undefined) return path.join(folder, found);
  throw new PerpixelError({
    code: 'E_READ',
    subject: photo,
    received: `no mask ${path.join(folder, name)}.*`,
    expected: 'a mask of the same name for every photo',
    cure: 'Add one, white where the photo has a hole; black all over leaves the photo as it is.',
  });
}
