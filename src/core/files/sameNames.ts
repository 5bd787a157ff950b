import path from 'node:path';
import { PerpixelError } from '../errors.js';

/** A file's name without folder and ending. */
export const stemOf = (file: string): string => path.parse(file).name;

/**
 * For each picture the file of its name, whatever the endings; files that no picture is named as are left aside.
 *
 * @param where the files are, for an error: `in photos/clean`
 * @throws PerpixelError E_DATA for the first picture that has none
 */
export function sameNames(pictures: readonly string[], files: readonly string[], where: string): string[] {
  const byStem = new Map(files.map((file) => [stemOf(file), file]));
  return pictures.map((picture) => {
    const found = byStem.get(stemOf(picture));
    if (found !== undefined) return found;
    throw new PerpixelError({
      code: 'E_DATA',
      subject: picture,
      received: `no file named ${stemOf(picture)} ${where}`,
      expected: 'one of the same name for every picture',
      cure: 'Check where they are, add the file, or leave the picture out.',
    });
  });
}
