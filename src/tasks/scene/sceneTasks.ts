import { depth } from '../depth/task.js';
import { labels } from '../labels/task.js';
import { normals } from '../normals/task.js';

/** Everything that is said of the scene in a photo, by name. */
export const sceneTasks = { depth, normals, labels } as const;
