import type { ByteSource } from '../byteSource.js';
import type { Format, Metadata } from '../raster.js';
import { avif } from './avif.js';
import type { Container } from './container.js';
import type { Edit } from './edits.js';
import { jpeg } from './jpeg.js';
import { png } from './png.js';
import { tiff } from './tiff.js';
import { webp } from './webp.js';

/** NPY and PFM have no place for metadata. */
export const containers: Record<Exclude<Format, 'npy' | 'pfm'>, Container> = { jpeg, png, webp, avif, tiff };

/** The edits that put a picture's metadata into a file just encoded as `format`. */
export async function metadataEdits(encoded: ByteSource, format: Format, metadata: Metadata): Promise<Edit[]> {
  if (format === 'npy' || format === 'pfm') return [];
  const ownSegments = metadata.format === format ? metadata.ownSegments : undefined;
  return containers[format].edits(encoded, { ...metadata, ownSegments });
}
