import { stat } from 'node:fs/promises';
import path from 'node:path';
import { PerpixelError } from '../core/errors.js';
import { namesake } from '../core/files/namesake.js';

/** What pairs with photos, in the words of an error: `mask`, and what to do where a photo has none. */
export interface PairedKind {
  name: string;
  cure: string;
  /** What stands behind the photo's name where perpixel wrote them itself: `mask.png`. */
  saved?: string;
}

/**
 * The file that belongs to a photo: `given` itself, or where that is a folder, the photo's `namesake` in it, or what perpixel saved there.
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
  const { dir, name } = path.parse(photo);
  const saved = kind.saved && path.join(dir, `${name}.${kind.saved}`);
  const found = (await namesake(given, photo)) ?? (saved && (await namesake(given, saved)));
  if (found) return found;
  throw new PerpixelError({
    code: 'E_READ',
    subject: photo,
    received: `no ${kind.name} ${path.join(given, dir, name)}.*`,
    expected: `a ${kind.name} of the same name for every photo`,
    cure: kind.cure,
  });
}
