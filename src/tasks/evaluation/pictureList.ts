import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { PerpixelError } from '../../core/errors.js';

/**
 * The pictures that arguments name: those directly in a folder, or in a text file one path a line (relative to it).
 *
 * @throws PerpixelError E_DATA where a folder is missing or holds no picture, or a text file names none
 */
export async function pictureList(where: readonly string[]): Promise<string[]> {
  const { pictureFiles } = await import('../../training/datasets/pictureFiles.js');
  const lists = await Promise.all(
    where.map(async (item) => {
      const isFile = await stat(item).then(
        (found) => found.isFile(),
        () => false,
      );
      if (!isFile) return pictureFiles(item);
      const lines = (await readFile(item, 'utf8')).split(/\r?\n/).filter((line) => line !== '');
      if (lines.length === 0) {
        throw new PerpixelError({
          code: 'E_DATA',
          subject: item,
          received: 'a list without a path',
          expected: 'one path a line',
          cure: 'Write the paths of the pictures into it, or name the folder that holds them.',
        });
      }
      return lines.map((line) => path.resolve(path.dirname(item), line));
    }),
  );
  return lists.flat();
}
