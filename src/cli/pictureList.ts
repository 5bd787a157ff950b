import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';

/**
 * The pictures that arguments name: those directly in a folder, or in a text file one path a line (relative to it).
 *
 * @throws PerpixelError E_DATA where a folder is missing or holds no picture
 */
export async function pictureList(where: readonly string[]): Promise<string[]> {
  const { pictureFiles } = await import('../training/datasets/pictureFiles.js');
  const lists = await Promise.all(
    where.map(async (item) => {
      const isFile = await stat(item).then(
        (found) => found.isFile(),
        () => false,
      );
      if (!isFile) return pictureFiles(item);
      const lines = (await readFile(item, 'utf8')).split(/\r?\n/).filter((line) => line !== '');
      return lines.map((line) => path.resolve(path.dirname(item), line));
    }),
  );
  return lists.flat();
}
