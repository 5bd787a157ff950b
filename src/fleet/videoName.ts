import { outputNames } from '../pipelines/outputNames.js';
import { isContainer } from '../video/codecs.js';
import type { ShardPhoto } from './shard.js';

/**
 * What the result of a video is called: as it is, where such a container is written, and else `.mkv`, which holds all.
 *
 * @param format the container that is asked for
 */
export function videoName({ name, siblings = [name] }: Pick<ShardPhoto, 'name' | 'siblings'>, format?: string): string {
  return outputNames(siblings, { format: format ?? (isContainer(name) ? undefined : 'mkv') }).get(name)!;
}
