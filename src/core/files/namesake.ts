import { readdir } from 'node:fs/promises';
import path from 'node:path';

/**
 * The file below `folder` that has the same path as a picture, whatever its ending; of several, the one with the picture's own comes
 * first, then PNG.
 *
 * @param picture a path below another folder
 */
export async function namesake(folder: string, picture: string): Promise<string | undefined> {
  const { dir, name, ext } = path.parse(picture);
  const place = path.join(folder, dir);
  const names = (await readdir(place).catch(() => [])).filter((other) => path.parse(other).name === name).sort();
  const found = [`${name}${ext}`, `${name}.png`, ...names].find((wanted) => names.includes(wanted));
  return found && path.join(place, found);
}
