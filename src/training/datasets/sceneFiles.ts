import { pairs } from './pairs.js';
import type { SceneFiles } from './sceneCrops.js';

/**
 * The scenes of a data set that has a folder of photos and folders of their truths, paired by name.
 *
 * @throws PerpixelError E_DATA as `pairs` does
 */
export async function sceneFiles(folders: { image: string; depth?: string; labels?: string }): Promise<SceneFiles[]> {
  const scenes = new Map<string, SceneFiles>();
  for (const kind of ['depth', 'labels'] as const) {
    const folder = folders[kind];
    if (folder === undefined) continue;
    for (const { input, truth } of await pairs(folders.image, folder)) {
      scenes.set(input, { image: input, ...scenes.get(input), [kind]: truth });
    }
  }
  return [...scenes.values()];
}
