import { stat } from 'node:fs/promises';
import { inpaint } from '../../tasks/inpaint/task.js';
import type { Command } from '../command.js';
import { optionError } from '../optionError.js';
import { photoCommand } from '../photoCommand.js';

const command = photoCommand(inpaint, [
  ['inpaint photo.jpg -o filled --mask mask.png', 'White in the mask is filled'],
  ['inpaint photos -o filled --mask masks', 'photos/a/x.jpg has masks/a/x.png'],
  ['inpaint erased.png -o filled', 'What was erased to transparency is filled'],
  ["inpaint marked.png -o filled --hole-colour '#ff00ff' --grow 2", 'What was painted over is filled'],
]);

/** `perpixel inpaint PHOTO|FOLDER... -o OUT [--mask FILE|FOLDER]`. */
export const inpaintCommand: Command = {
  ...command,
  async run(args, io) {
    // A name mistyped would fail every photo with the same words.
    const { mask } = args;
    if (typeof mask === 'string') {
      await stat(mask).catch((cause) => {
        throw optionError('mask', mask, 'a picture or a folder of pictures', 'There is none of that name.', cause);
      });
    }
    return command.run(args, io);
  },
};
