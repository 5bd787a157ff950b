import type { InputFormat } from '../format.js';
import { needs, readRawPhoto } from './readRawPhoto.js';

/** What cameras write of their sensor, each maker in a format of its own. */
export const raw: InputFormat<'raw'> = {
  name: 'raw',
  title: 'raw',
  extensions: ['cr2', 'cr3', 'nef', 'nrw', 'arw', 'raf', 'rw2', 'orf', 'pef', 'srw'],
  // Those that begin as every TIFF does are found out by its reader.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: bytes of a file.
  signature: /^(?:.{4}ftypcrx|II\*\0.{4}CR\x02|IIU\0|II(?:RO|RS)|MMOR|FUJIFILM)/s,
  writtenAs: 'tiff',
  needs,
  read: readRawPhoto,
};
