import { readdir, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { PerpixelError } from '../../core/errors.js';
import type { ImageFormat } from '../../images/formats/format.js';
import { formats } from '../../images/formats/registry.js';

/** Those that libvips decodes: the others hold measurements more often than photos. */
const PICTURES = new Set(
  (formats as readonly ImageFormat[])
    .filter(({ codec }) => codec !== undefined)
    .flatMap(({ extensions }) => extensions.map((extension) => `.${extension}`)),
);

/**
 * The pictures directly in a folder, sorted by name.
 *
 * @throws PerpixelError E_DATA where the folder is missing or holds no picture
 */
export async function pictureFiles(folder: string): Promise<string[]> {
  const isFolder = await stat(folder).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isFolder) {
    throw new PerpixelError({
      code: 'E_DATA',
      subject: folder,
      received: 'no such folder',
      expected: 'a folder of pictures',
      cure: 'Check the path.',
    });
  }
  const names = (await readdir(folder)).filter((name) => PICTURES.has(extname(name).toLowerCase())).sort();
  if (names.length === 0) {
    throw new PerpixelError({
      code: 'E_DATA',
      subject: folder,
      received: 'no picture in it',
      expected: `files ending in ${[...PICTURES].join(' ')}`,
      cure: 'Put the pictures directly into this folder, or name the folder that holds them.',
    });
  }
  return names.map((name) => join(folder, name));
}
