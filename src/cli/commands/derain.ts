import { derain } from '../../tasks/derain/task.js';
import { photoCommand } from '../photoCommand.js';

/** `perpixel derain PHOTO|FOLDER... -o OUT`. */
export const derainCommand = photoCommand(derain, [
  ['derain photos -o clean', 'Falling rain out of a folder of photos with all that is below it'],
  ['derain window.jpg -o clean --kind drops', 'Drops on a window that the photo was taken through'],
]);
