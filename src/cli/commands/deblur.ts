import { deblur } from '../../tasks/deblur/task.js';
import { photoCommand } from '../photoCommand.js';

/** `perpixel deblur PHOTO|FOLDER... -o OUT`. */
export const deblurCommand = photoCommand(deblur, [
  ['deblur photos -o sharp', 'The blur and the noise are estimated in each photo'],
  ['deblur IMG_0042.tif -o sharp --kernel blur.png', 'A blur that is known: what a point of light became'],
  ['deblur photos -o sharp --kernel-size 41 --save-kernel kernels', 'A long blur; what was estimated is kept'],
]);
