import { tasks } from '../../tasks/registry.js';
import type { AnyTask } from '../../tasks/task.js';
import type { CommandGroup } from '../command.js';
import { isForVideo, videoCommand } from '../videoCommand.js';

/** `perpixel video TASK IN -o OUT`: any task, on each frame. */
export const videoCommands: CommandGroup = {
  command: 'video',
  describe: 'Do a task on each frame of a video',
  commands: (Object.values(tasks) as AnyTask[]).filter(isForVideo).map(videoCommand),
};
