import { denoise } from '../../tasks/denoise.js';
import type { CommandGroup } from '../main.js';
import { videoCommand } from '../videoCommand.js';

/** `perpixel video TASK IN -o OUT`: any task that turns photos into photos. */
export const videoCommands: CommandGroup = {
  command: 'video',
  describe: 'Do a task on each frame of a video',
  commands: [videoCommand(denoise)],
};
