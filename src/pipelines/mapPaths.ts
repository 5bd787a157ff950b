import type { MapEncoding, SceneTask, SceneTaskName } from '../tasks/scene/sceneTask.js';
import type { PictureFile } from './items.js';
import { outputPath } from './outputPath.js';

/** A map, or the picture of it. */
export type MapFile = SceneTaskName | `${SceneTaskName}.picture`;

/**
 * Where the maps of a photo go, and the pictures of them: `x.depth.png`, `x.normals.npy`, `x.depth.picture.png`, in the tree
 * that the photos came in.
 */
export type MapPaths = (file: PictureFile) => Readonly<Partial<Record<MapFile, string>>>;

export interface MapPathsOptions extends MapEncoding {
  /** Whether there is a picture of each map too. @default false */
  pictures?: boolean;
}

/** One of these serves a whole run, as `outputPath` does. */
export function mapPaths(
  folder: string,
  tasks: readonly Pick<SceneTask, 'name' | 'extension'>[],
  { pictures = false, ...encoding }: MapPathsOptions = {},
): MapPaths {
  const targets = tasks.flatMap((task) => {
    const target = outputPath(folder, { suffix: task.name, format: task.extension(encoding) });
    const picture: MapFile = `${task.name}.picture`;
    return [
      [task.name, target] as const,
      ...(pictures ? [[picture, outputPath(folder, { suffix: picture, format: 'png' })] as const] : []),
    ];
  });
  return (file) => Object.fromEntries(targets.map(([name, target]) => [name, target(file)]));
}
