import { depth } from './depth.js';
import { labels } from './labels.js';
import { normals } from './normals.js';

/** Everything that is said of the scene in a photo, by name. */
export const sceneTasks = { depth, normals, labels } as const;
