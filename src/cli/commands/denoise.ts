import { denoise } from '../../tasks/denoise/task.js';
import { photoCommand } from '../photoCommand.js';

/** `perpixel denoise PHOTO|FOLDER... -o OUT`. */
export const denoiseCommand = photoCommand(denoise, [
  ['denoise photos -o clean', 'A folder with all that is below it; the noise is estimated in each photo'],
  ['denoise IMG_0042.tif -o clean --sigma 12', 'Noise of known level'],
  ['denoise - -o - < noisy.png > clean.png', 'A pipe'],
]);
