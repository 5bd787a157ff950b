import { photoTasks } from '../../tasks/photoTasks.js';
import type { SceneTask } from '../../tasks/scene/sceneTask.js';
import { sceneTasks } from '../../tasks/scene/sceneTasks.js';
import type { Task } from '../../tasks/task.js';
import type { CommandGroup } from '../command.js';
import { sceneVideoCommand } from '../sceneVideoCommand.js';
import { videoCommand } from '../videoCommand.js';

const photos = Object.values(photoTasks) as unknown as Task<unknown, unknown>[];
const scenes = Object.values(sceneTasks) as unknown as SceneTask<unknown, unknown>[];

/** `perpixel video TASK IN -o OUT`: any task, on each frame. */
export const videoCommands: CommandGroup = {
  command: 'video',
  describe: 'Do a task on each frame of a video',
  commands: [...photos.map(videoCommand), ...scenes.map(sceneVideoCommand)],
};
