import ndarray from 'ndarray';
import type { SideFile } from '../task.js';
import type { HoleMask } from './holeMask.js';

/** `--save-mask`: the holes of each photo, as `--mask` takes them: white where they are, black all over where there is none. */
export const saveMask: SideFile<{ holes: HoleMask }> = {
  describe: 'Where the mask of what was filled is written: a .png, or a folder for that of each photo',
  suffix: 'mask',
  formats: ['png'],

  encode({ holes: { data, shape } }) {
    const [height, width] = shape;
    return { pixels: ndarray(data, [height, width, 1]), metadata: { format: 'png', bitDepth: 8 } };
  },
};
