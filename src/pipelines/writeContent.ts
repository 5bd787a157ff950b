import { writeFile } from 'node:fs/promises';
import type { FileContent } from '../answers/answer.js';
import { type WriteOptions, writeWhole } from '../core/files/writeWhole.js';
import type { EncodeOptions } from '../images/encodeOptions.js';
import { encodeRaster } from '../images/encodeRaster.js';
import { writeRaster } from '../images/writeRaster.js';

/** Writes what a file is made of, whole or not at all. @throws PerpixelError E_WRITE, E_FORMAT */
export function writeContent(
  content: FileContent,
  file: string,
  encoding: EncodeOptions = {},
  options?: WriteOptions,
): Promise<void> {
  return writeWhole(
    file,
    (temporary) =>
      content instanceof Uint8Array ? writeFile(temporary, content) : writeRaster(content, temporary, encoding),
    options,
  );
}

/** The bytes of the file that `writeContent` writes. */
export async function contentBytes(content: FileContent, encoding: EncodeOptions = {}): Promise<Uint8Array> {
  return content instanceof Uint8Array ? content : encodeRaster(content, encoding);
}
