import ndarray from 'ndarray';
import { encodeNpy } from '../../src/images/formats/npy.js';
import type { Raster } from '../../src/images/raster.js';
import { readKernel } from '../../src/tasks/deblur/readKernel.js';
import { findHoles } from '../../src/tasks/inpaint/findHoles.js';
import { measuredGeometry, readDepth } from '../../src/tasks/scene/measuredGeometry.js';
import { picture } from '../helpers/pictures.js';
import { floatsOf } from './floatsOf.js';
import { type FuzzedKind, told } from './kind.js';
import { pictures } from './pictureSeeds.js';

const [HEIGHT, WIDTH] = [20, 16];

/** Pictures that mean something beside a photo: numbers are taken from them. */
const uses: ((bytes: Buffer, photo: Raster) => Promise<unknown>)[] = [
  (bytes) => readKernel({ bytes }, {}),
  (mask, photo) => findHoles(photo, { mask: { bytes: mask }, tolerance: 8, grow: 2 }, {}),
  async (bytes, photo) => measuredGeometry(await readDepth({ bytes }, photo, {}), { seen: [10, 8], magnification: 1 }),
];

/** Kernels, masks and measured depth: the changed file, and the changed bytes as the numbers of a whole one. */
export const companionKinds: Readonly<Record<string, FuzzedKind>> = {
  companion: {
    seeds: async () => (await Promise.all((['npy', 'pfm', 'png', 'tiff'] as const).map(pictures))).flat(),
    async attempt(bytes, { number }) {
      const photo = picture('png', { height: HEIGHT, width: WIDTH });
      const use = uses[number % uses.length];
      const numbers = ndarray(floatsOf(bytes, HEIGHT * WIDTH), [HEIGHT, WIDTH, 1]);
      return (
        (await told('reading', () => use(bytes, photo))) ??
        (await told('numbers', () => use(Buffer.concat(encodeNpy(numbers)), photo)))
      );
    },
  },
};
