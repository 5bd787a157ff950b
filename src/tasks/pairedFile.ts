import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { PerpixelError } from '../errors.js';

/** What pairs with photos, in the words of an error: `mask`, and what to do where a photo has none. */
export interface PairedKind {
  name: string;
  cure: string;
}

/**
 * The file that belongs to a photo: `given` itself, or where that is a folder, what has the photo's path in it, whatever the
 * ending. Of several, the one with the photo's own ending comes first, then PNG.
 *
 * @param photo its path below the folder that holds all inputs; undefined for a pipe or a picture in memory
 * @throws PerpixelError E_READ where the folder has no such file
 */
export async function pairedFile(given: string, photo: string | undefined, kind: PairedKind): Promise<string> {
  const isFolder = await stat(given).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isFolder) return given;
  if (photo === undefined) {
    throw new PerpixelError({
      code: 'E_READ',
      subject: given,
      received: `a folder of ${kind.name}s for a photo without a name`,
      expected: `one ${kind.name}`,
      cure: `Name the file of the ${kind.name}.`,
    });
  }
  const { dir, name, ext } = path.parse(photo);
  const folder = path.join(given, dir);
  const names = (await readdir(folder).catch(() => [])).filter((other) => path.parse(other).name === name).sort();
  const found = [`${name}${ext}`, `${name}.png`, ...names].find((wanted) => names.includes(wanted));
  if (found !== undefined) return path.join(folder, found);
  throw new PerpixelError({
    code: 'E_READ',
    subject: photo,
    received: `no ${kind.name} ${path.join(folder, name)}.*`,
    expected: `a ${kind.name} of the same name for every photo`,
    cure: kind.cure,
  });
}
