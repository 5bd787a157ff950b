import type { MapEncoding, SceneTask, SceneTaskName } from '../tasks/scene/sceneTask.js';
import type { PictureFile } from './items.js';
import { outputPath } from './outputPath.js';

/** Where the maps of a photo go, by task: `x.depth.png`, `x.normals.npy`, in the tree that the photos came in. */
export type MapPaths = (file: PictureFile) => Readonly<Partial<Record<SceneTaskName, string>>>;

/** One of these serves a whole run, as `outputPath` does. */
export function mapPaths(
  folder: string,
  tasks: readonly Pick<SceneTask, 'name' | 'extension'>[],
  encoding: MapEncoding = {},
): MapPaths {
  const targets = tasks.map((task) => {
    const target = outputPath(folder, { suffix: task.name, format: task.extension(encoding) });
    return [task.name, target] as const;
  });
  return (file) => Object.fromEntries(targets.map(([name, target]) => [name, target(file)]));
}
