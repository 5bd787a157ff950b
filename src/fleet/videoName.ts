import path from 'node:path';
import { outputNames } from '../pipelines/outputNames.js';
import { containers } from '../video/codecs.js';
import type { ShardPhoto } from './shard.js';

const extensionOf = (name: string) => path.extname(name).slice(1).toLowerCase();

/** Extensions of videos beside those of containers that are written. */
const OTHERS = new Set(
  '3g2 3gp asf dv f4v flv m2t m2ts m2v mod mpeg mpg mts mxf ogm ogv qt rm rmvb tod ts vob wmv y4m'.split(' '),
);
const written = new Set(containers);

/** Whether a file is a video by its name. */
export function isVideoName(name: string): boolean {
  return written.has(extensionOf(name)) || OTHERS.has(extensionOf(name));
}

/**
 * What the result of a video is called: as it is, where such a container is written, and else `.mkv`, which holds all.
 *
 * @param format the container that is asked for
 */
export function videoName({ name, siblings = [name] }: Pick<ShardPhoto, 'name' | 'siblings'>, format?: string): string {
  const container = format ?? (written.has(extensionOf(name)) ? undefined : 'mkv');
  return outputNames(siblings, { format: container }).get(name)!;
}
