import { photoTasks } from '../../tasks/photoTasks.js';
import type { Task } from '../../tasks/task.js';
import type { CommandGroup } from '../main.js';
import { videoCommand } from '../videoCommand.js';

const tasks = Object.values(photoTasks) as unknown as Task<unknown, unknown>[];

/** `perpixel video TASK IN -o OUT`: any task that turns photos into photos. */
export const videoCommands: CommandGroup = {
  command: 'video',
  describe: 'Do a task on each frame of a video',
  commands: tasks.map(videoCommand),
};
