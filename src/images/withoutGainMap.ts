import type { Metadata } from './raster.js';

/** A picture's metadata without its gain map, which is told of. @param why it is no longer true of the picture */
export function withoutGainMap({ gainMap, ...metadata }: Metadata, why: string): Metadata {
  if (gainMap === undefined) return metadata;
  return { ...metadata, notices: [...(metadata.notices ?? []), `the gain map (HDR) is not kept: ${why}`] };
}
