import type { ByteSource } from '../byteSource.js';
import type { Metadata } from '../raster.js';
import type { Edit } from './edits.js';

/** What a container says of a picture beside its pixels. */
export type ContainerMetadata = Omit<Metadata, 'format' | 'bitDepth'>;

/**
 * Where one file format keeps metadata. Codecs (libvips) rewrite EXIF and convert colours when they carry a profile, so
 * they see pixels only, and metadata is put in and taken out here, byte for byte.
 */
export interface Container {
  /**
   * Metadata as it stands in the file, orientation included.
   * @throws PerpixelError E_FORMAT for more than one picture in the file
   */
  read(file: ByteSource): Promise<ContainerMetadata>;
  /**
   * The edits that put metadata into a file which was encoded without any.
   * @throws PerpixelError E_FORMAT where the container has not enough room
   */
  edits(encoded: ByteSource, metadata: ContainerMetadata): Promise<Edit[]>;
}
